package io.granular.engine.cli;

import io.granular.engine.report.Measures;
import io.granular.engine.studio.PlanSummary;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granular plan}. */
@Command(name = "plan", mixinStandardHelpOptions = true, description = {
    "Shows what a recipe will do to a model: decisions, kernels, bytes.",
    "Nothing is run; the first call on a machine starts a worker to probe its kernels. The JSON",
    "lists every tensor; generate and compare audit what ran against this plan, tensor by tensor."},
    footerHeading = "%nExamples:%n", footer = {
        "  granular plan demo --recipe w8a8-dynamic",
        "  granular plan my-model --recipe my-recipe.json --json"})
final class PlanCommand implements Callable<Integer> {
  private final Session session;

  @Spec
  CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "MODEL", description = Texts.MODEL)
  String model = "";

  @Mixin
  RecipeOptions recipe = new RecipeOptions();

  @Option(names = "--config", paramLabel = "DIR", description = Texts.CONFIG)
  @Nullable
  Path config;

  @Option(names = "--calibration", paramLabel = "FILE",
      description = "Ranges for static schemes, made by 'granular calibrate'.")
  @Nullable
  Path calibration;

  @Option(names = "--json", description = Texts.JSON)
  boolean json;

  PlanCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    String chosen = recipe.chosen(spec, session, model, config);
    PlanSummary plan =
        session.engine().plan(model, config, chosen, recipe.simulate, calibration);
    session.console().result(json, plan, text(plan));
    return ExitCodes.OK;
  }

  private static String text(PlanSummary plan) {
    Table modules =
        new Table().row("module", "decision", "scheme", "kernel", "before", "after", "why");
    plan.modules()
        .forEach(m -> modules.row(m.module(), m.decision(), m.scheme(),
            m.simulated() ? m.kernel() + " (simulated)" : m.kernel(),
            Measures.bytes(m.bytesBefore()), Measures.bytes(m.bytesAfter()), m.reason()));
    String kernels = plan.kernels()
        .entrySet()
        .stream()
        .map(e -> e.getKey() + " " + e.getValue())
        .collect(Collectors.joining(", "));
    Table totals = new Table().row("recipe", plan.recipe())
        .row("stored", Measures.bytes(plan.bytesBefore()))
        .row("weights", Measures.bytes(plan.weights()))
        .row("scales", Measures.bytes(plan.scales()))
        .row("peak memory", Measures.bytes(plan.estimatedPeakRss()) + " (estimated)")
        .row("layers", kernels)
        .row("tensors", tensors(plan));
    return modules + "\n" + totals;
  }

  private static String tensors(PlanSummary plan) {
    List<PlanSummary.TensorPlan> all =
        plan.modules().stream().flatMap(m -> m.tensors().stream()).toList();
    Map<String, Long> words = all.stream()
        .collect(Collectors.groupingBy(
            t -> t.simulated() && t.decision().equals("quantized") ? "simulated" : t.decision(),
            TreeMap::new, Collectors.counting()));
    return words.entrySet()
        .stream()
        .map(e -> e.getKey() + " " + e.getValue())
        .collect(Collectors.joining(", "));
  }
}
