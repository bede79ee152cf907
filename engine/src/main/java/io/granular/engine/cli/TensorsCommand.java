package io.granular.engine.cli;

import io.granular.engine.report.Measures;
import io.granular.engine.run.NetworkRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granular tensors}. */
@Command(name = "tensors", mixinStandardHelpOptions = true, description = {
    "Runs one network on raw tensors.",
    "Tensors are named as diffusers' arguments (input_ids, sample, timestep, "
        + "encoder_hidden_states, text_embeds, time_ids) and results (last_hidden_state, "
        + "penultimate, text_embeds, sample, mean, logvar)."},
    footerHeading = "%nExamples:%n", footer = {
        "  granular tensors demo unet --inputs in.safetensors --to out.safetensors",
        "  granular tensors demo vae.decode --inputs z.safetensors --to x.safetensors "
            + "--recipe bf16",
        "  granular tensors MODEL unet --inputs in.safetensors --target target "
            + "--gradients g.safetensors",
        "      --fake-quantize '{\"bits\": 4, \"granularity\": \"per_axis\"}'"})
final class TensorsCommand implements Callable<Integer> {
  private final Session session;

  @Spec
  CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "MODEL", description = Texts.MODEL)
  String model = "";

  @Parameters(index = "1", paramLabel = "NETWORK",
      description = "text_encoder, text_encoder_2, unet, vae.encode or vae.decode.")
  String network = "";

  @Option(names = "--inputs", paramLabel = "IN.safetensors", required = true,
      description = "The network's inputs.")
  Path inputs = Path.of("");

  @Option(names = "--to", paramLabel = "OUT.safetensors", description = "Where its results go.")
  @Nullable
  Path outputs;

  @Option(names = "--target", paramLabel = "KEY",
      description = "With --gradients: the tensor among the inputs that the result should equal; "
          + "the loss is the mean squared error.")
  @Nullable
  String target;

  @Option(names = "--gradients", paramLabel = "OUT.safetensors",
      description = "Instead of results, write the loss and its gradients (loss, grad.NAME), "
          + "computed in fp32.")
  @Nullable
  Path gradients;

  @Option(names = "--fake-quantize", paramLabel = "JSON",
      description = "With --gradients: quantize the weights of all convolutions and linear layers "
          + "by this scheme (as under \"weights\" in a recipe's rule) in the forward pass; "
          + "gradients pass straight through.")
  @Nullable
  String fakeQuantize;

  @Mixin
  RecipeOptions recipe = new RecipeOptions();

  @Option(names = "--config", paramLabel = "DIR", description = Texts.CONFIG)
  @Nullable
  Path config;

  @Option(names = "--calibration", paramLabel = "FILE", description = Texts.CALIBRATION)
  @Nullable
  Path calibration;

  @Option(names = "--threads", paramLabel = "N", defaultValue = "0", description = Texts.THREADS)
  int threads;

  @Option(names = "--json", description = Texts.JSON)
  boolean json;

  TensorsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (!Files.isRegularFile(inputs)) {
      throw new ParameterException(spec.commandLine(),
          "--inputs: there is no file " + inputs + ".");
    }
    NetworkRunner.Answer answer = session.engine().run(request());
    session.console().result(json, answer, text(answer));
    return ExitCodes.OK;
  }

  private NetworkRunner.Call request() {
    if ((outputs == null) == (gradients == null)) {
      throw new ParameterException(spec.commandLine(),
          "Give either --to for the results or --gradients for the loss and its gradients.");
    }
    if ((gradients == null) != (target == null)) {
      throw new ParameterException(spec.commandLine(),
          "--target and --gradients belong together.");
    }
    if (fakeQuantize != null && gradients == null) {
      throw new ParameterException(spec.commandLine(), "--fake-quantize needs --gradients.");
    }
    Path written = Objects.requireNonNull(outputs == null ? gradients : outputs);
    return new NetworkRunner.Call(model, config == null ? null : config.toAbsolutePath(), network,
        recipe.chosen(spec, session, model, config), recipe.simulate, inputs.toAbsolutePath(),
        written.toAbsolutePath(), threads,
        calibration == null ? null : calibration.toAbsolutePath(),
        target == null ? null : new NetworkRunner.Gradients(target, fakeQuantize));
  }

  private static String text(NetworkRunner.Answer answer) {
    Table table = new Table();
    answer.tensors().forEach((name, shape) -> table.row(name, shape.toString()));
    return table.row("time", Measures.seconds(answer.seconds()) + " (measured)").toString();
  }
}
