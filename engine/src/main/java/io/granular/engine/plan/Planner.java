package io.granular.engine.plan;

import io.granular.engine.lower.AttentionKernel;
import io.granular.engine.lower.Kernel;
import io.granular.engine.lower.Kernels;
import io.granular.engine.lower.StoredForm;
import io.granular.engine.network.Graph;
import io.granular.engine.network.JoinedInput;
import io.granular.engine.network.Node;
import io.granular.engine.network.Op;
import io.granular.engine.network.Parameter;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.GgmlType;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.IntegerScheme;
import io.granular.engine.quant.Scheme;
import io.granular.engine.quant.TensorScheme;
import io.granular.engine.quant.ValueRange;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.StoredWeight;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.ScalarType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Resolves recipes. Reads only what files say about their tensors, never the numbers. */
public final class Planner {
  private static final String UNTRAINED =
      "qat changes numbers by training; until then they are those of ptq";

  private final Kernels kernels;

  /**
   * @param kernels what the machine that will run the plan can compute
   */
  public Planner(Kernels kernels) {
    this.kernels = kernels;
  }

  /** As the other method, with the model's own weights. */
  public Plan plan(Recipe recipe, PipelineGraphs graphs, ModelSource model) {
    return plan(recipe, graphs, model, ActivationRanges.NONE);
  }

  /** As above, with what calibration found. */
  public Plan plan(Recipe recipe, PipelineGraphs graphs, ModelSource model,
      ActivationRanges ranges) {
    return plan(recipe, graphs, component -> model.component(component).tensors(), ranges);
  }

  /** As below, with nothing calibrated. */
  public Plan plan(Recipe recipe, PipelineGraphs graphs, Function<String, TensorSource> weights) {
    return plan(recipe, graphs, weights, ActivationRanges.NONE);
  }

  /**
   * Resolves a recipe.
   *
   * @param graphs all networks of the pipeline, because rules may speak of any of them
   * @param weights the stored tensors by component, e.g. {@code vae}
   * @param ranges of layers with static schemes; those without are planned but cannot be run
   * @throws BadRecipeException if a rule that is not optional matches no module
   * @throws java.util.NoSuchElementException if a tensor that a network needs is not stored
   */
  public Plan plan(Recipe recipe, PipelineGraphs graphs, Function<String, TensorSource> weights,
      ActivationRanges ranges) {
    RuleUse use = new RuleUse(recipe);
    List<ModulePlan> modules = new ArrayList<>();
    Map<String, AttentionKernel> attention = new LinkedHashMap<>();
    for (Graph graph : graphs.networks().values()) {
      TensorSource stored = weights.apply(PipelineGraphs.component(graph.name()));
      NetworkPlanner network = new NetworkPlanner(recipe, use, graph, stored, ranges,
          new LayerRows(graph, graphs));
      modules.addAll(network.modules());
      attention.put(graph.name(), network.attention());
    }
    return new Plan(recipe, modules, attention, use.check());
  }

  /** One network: first its matrices, because the type of everything between them follows from theirs. */
  private final class NetworkPlanner {
    private final Recipe recipe;
    private final RuleUse use;
    private final Graph graph;
    private final JoinedInput joined;
    private final TensorSource stored;
    private final ActivationRanges ranges;
    private final LayerRows rows;
    private final Map<String, ModulePlan> matrices = new LinkedHashMap<>();
    private final List<Kernel> chosen = new ArrayList<>();

    NetworkPlanner(Recipe recipe, RuleUse use, Graph graph, TensorSource stored,
        ActivationRanges ranges, LayerRows rows) {
      this.ranges = ranges;
      this.rows = rows;
      this.recipe = recipe;
      this.use = use;
      this.graph = graph;
      this.joined = new JoinedInput(graph);
      this.stored = stored;
    }

    List<ModulePlan> modules() {
      graph.modules().forEach((module, node) -> {
        if (node.op() instanceof Op.Matrix op) {
          matrices.put(module, matrix(node, op));
        }
      });
      ScalarType stream = Kernels.stream(chosen);
      List<ModulePlan> modules = new ArrayList<>();
      graph.modules().forEach((module, node) -> {
        ModulePlan matrix = matrices.get(module);
        modules.add(matrix != null ? matrix
            : node.op() instanceof Op.Table ? table(node) : norm(node, stream));
      });
      return modules;
    }

    private ModulePlan matrix(Node node, Op.Matrix op) {
      OptionalInt rule = use.decide(name(node));
      Scheme.Keep asStored = new Scheme.Keep(stored(node));
      Scheme asked =
          rule.isEmpty() ? unruled(node, asStored) : recipe.rules().get(rule.getAsInt()).scheme();
      Decision decision = switch (asked) {
        case Scheme.Keep(var dtype) -> new Decision.Kept(dtype);
        case Scheme.Quantized quantized -> quantized(op, quantized, asStored.dtype());
      };
      Kernels.Choice choice = switch (decision) {
        case Decision.Quantized(Scheme.Integers integers) ->
          treated(node, op, integers, range(node, decision));
        case Decision.Quantized(Scheme.Blocks blocks) -> kernels.choose(op, blocks);
        case Decision.Kept(var dtype) -> kernels.choose(op, new Scheme.Keep(dtype));
        case Decision.Skipped _ -> kernels.choose(op, asStored);
      };
      chosen.add(choice.kernel());
      return planned(node, decision, rule, choice.kernel(), choice.kernel().cost(op),
          note(decision, choice, rows.slower(node, choice.kernel()), restored(node, choice)));
    }

    /** Without a rule a module stays as it is stored, also if that is quantized. */
    private Scheme unruled(Node node, Scheme.Keep asStored) {
      StoredWeight held = held(node).orElse(null);
      if (held == null) {
        return asStored;
      }
      return switch (held.scheme()) {
        case GgmlType type when GgmlType.writable().contains(type) -> new Scheme.Blocks(type);
        case WeightScheme weights ->
          new Scheme.Integers(weights, null, Scheme.Method.PTQ, held.treatments());
        case GgmlType _,ActivationScheme _ -> asStored;
      };
    }

    /** Says that a quantized weight of the file is not used as it is. */
    private String restored(Node node, Kernels.Choice choice) {
      StoredWeight held = held(node).orElse(null);
      if (held == null || StoredForm.of(choice.kernel())
          .map(form -> held.is(form.scheme(), form.treatments(), form.boundary()))
          .orElse(false)) {
        return "";
      }
      return (StoredForm.of(choice.kernel()).isPresent() ? "quantized again" : "dequantized")
          + " from the stored " + held.type();
    }

    private Optional<StoredWeight> held(Node node) {
      return stored.stored(node.module() + "." + node.op().parameters().getFirst().name());
    }

    /** Treatments that the layer cannot have are left out, with a note. */
    private Kernels.Choice treated(Node node, Op.Matrix op, Scheme.Integers asked,
        @Nullable ValueRange range) {
      TreatmentFit fit = TreatmentFit.of(graph.name(), op, asked, joined.boundary(node));
      Kernels.Choice choice = kernels.choose(op, fit.scheme(), range, fit.boundary());
      return new Kernels.Choice(choice.kernel(), Stream.of(fit.note(), choice.note())
          .filter(note -> !note.isEmpty())
          .collect(Collectors.joining("; ")));
    }

    private @Nullable ValueRange range(Node node, Decision decision) {
      ActivationScheme activations =
          decision instanceof Decision.Quantized(Scheme.Integers integers)
              ? integers.activations()
              : null;
      return activations != null && activations.range() == ActivationScheme.Range.STATIC
          ? ranges.range(name(node), activations)
          : null;
    }

    private static String note(Decision decision, Kernels.Choice choice, String slower,
        String restored) {
      boolean untrained = decision instanceof Decision.Quantized(var scheme)
          && scheme.method() == Scheme.Method.QAT;
      return Stream.of(choice.note(), slower, restored, untrained ? UNTRAINED : "")
          .filter(note -> !note.isEmpty())
          .collect(Collectors.joining("; "));
    }

    private Decision quantized(Op.Matrix op, Scheme.Quantized asked, ScalarType asStored) {
      String parts = parts(asked.weights(), op.columns());
      return parts.isEmpty() ? new Decision.Quantized(asked)
          : new Decision.Skipped(asked, asStored,
              op.columns() + " weights per output do not divide into " + parts
                  + "; kept as stored, " + Words.PRECISION.word(asStored));
    }

    /** What a row of so many weights does not divide into; empty if it does. */
    private static String parts(TensorScheme weights, long columns) {
      return switch (weights) {
        case IntegerScheme integers -> integers.granularity() instanceof Granularity.PerGroup(int n)
            && columns % n != 0 ? "groups of " + n : "";
        case GgmlType type -> type.divides(columns) ? ""
            : "blocks of " + type.block() + ", which " + type.word() + " needs";
      };
    }

    /** Only the rows that are looked up are cast, so a table costs what it is held in. */
    private ModulePlan table(Node node) {
      OptionalInt rule = use.decide(name(node));
      ScalarType asStored = stored(node);
      Scheme asked = rule.isEmpty() ? new Scheme.Keep(asStored)
          : recipe.rules().get(rule.getAsInt()).scheme();
      Decision decision = switch (asked) {
        case Scheme.Keep(var dtype) -> new Decision.Kept(dtype);
        case Scheme.Quantized quantized -> new Decision.Skipped(quantized, asStored,
            "an embedding is looked up, not multiplied; only convolutions and linear layers "
                + "quantize; kept as stored, " + Words.PRECISION.word(asStored));
      };
      long bytes = elements(node) * decision.held().orElseThrow().bytes();
      return planned(node, decision, rule, null, new Kernel.Cost(bytes, 0), "");
    }

    private ModulePlan norm(Node node, ScalarType stream) {
      OptionalInt rule = use.decide(name(node));
      Scheme asked = rule.isEmpty()
          ? new Scheme.Keep(stream)
          : recipe.rules().get(rule.getAsInt()).scheme();
      String held = Words.PRECISION.word(stream);
      Decision decision = switch (asked) {
        case Scheme.Keep _ -> new Decision.Kept(stream);
        case Scheme.Quantized quantized ->
          new Decision.Skipped(quantized, stream,
              "a norm has no matrix to quantize; kept at " + held);
      };
      boolean other = asked instanceof Scheme.Keep(var dtype) && dtype != stream;
      String note = other ? "held in " + held + ", the type between this network's layers" : "";
      long bytes = elements(node) * stream.bytes();
      return planned(node, decision, rule, null, new Kernel.Cost(bytes, 0), note);
    }

    /** Call after {@link #modules}, which chooses the kernels between which numbers travel. */
    AttentionKernel attention() {
      boolean unet = graph.name().equals("unet");
      return kernels.attention(Kernels.stream(chosen), unet ? recipe.attention() : null);
    }

    private ModulePlan planned(Node node, Decision decision, OptionalInt rule,
        @Nullable Kernel kernel, Kernel.Cost cost, String note) {
      String reason = decision instanceof Decision.Skipped skipped ? skipped.reason()
          : rule.isEmpty() ? "no rule matches"
              : "rules[" + rule.getAsInt() + "] " + recipe.rules().get(rule.getAsInt()).match();
      return new ModulePlan(name(node), graph.name(), node.module(), node.op(), decision, rule,
          reason, kernel, storedBytes(node), cost, note);
    }

    private String name(Node node) {
      return PipelineGraphs.moduleName(graph.name(), node.module());
    }

    private TensorInfo info(Node node, Parameter parameter) {
      return stored.info(node.module() + "." + parameter.name());
    }

    /**
     * The stored precision of a module's weight; what is neither fp16 nor bf16 is computed in fp32, and what a file holds
     * with few bits and no kernel computes with, in bf16.
     */
    private ScalarType stored(Node node) {
      if (held(node).isPresent()) {
        return ScalarType.BF16;
      }
      ScalarType type = info(node, node.op().parameters().getFirst()).dtype();
      return type == ScalarType.F16 || type == ScalarType.BF16 ? type : ScalarType.F32;
    }

    private SequencedMap<String, Long> storedBytes(Node node) {
      SequencedMap<String, Long> bytes = new LinkedHashMap<>();
      node.op()
          .parameters()
          .forEach(p -> bytes.put(p.name(), stored.storedBytes(node.module() + "." + p.name())));
      return bytes;
    }
  }

  private static long elements(Node node) {
    return node.op().parameters().stream().mapToLong(Parameter::elements).sum();
  }
}
