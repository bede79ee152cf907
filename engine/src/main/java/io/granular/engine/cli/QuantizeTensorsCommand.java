package io.granular.engine.cli;

import io.granular.engine.plan.BadRecipeException;
import io.granular.engine.plan.WeightsReader;
import io.granular.engine.quant.TensorScheme;
import io.granular.engine.run.TensorQuantization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code granular quantize-tensors}. */
@Command(name = "quantize-tensors", mixinStandardHelpOptions = true, description = {
    "Applies one scheme to every floating-point tensor of a file, to see the arithmetic alone.",
    "Writes NAME.q, NAME.scale, NAME.zero_point and NAME.dequantized. A convolution's weight is "
        + "the matrix [out, in*kh*kw]; 16-bit numbers are widened to 32 bits first. Integers are "
        + "I8 for the symmetric mappings and U8 for the asymmetric one; of GGUF types NAME.q is "
        + "the bytes of the blocks, which hold their scales.",
    "Tensors without dimensions or of whole numbers are left out."},
    footerHeading = "%nExamples:%n", footer = {
        "  granular quantize-tensors unet.safetensors --to q.safetensors \\",
        "      --weights '{\"bits\": 4, \"granularity\": \"per_group\", \"group\": 32, "
            + "\"mapping\": \"asymmetric\"}'",
        "  granular quantize-tensors unet.safetensors --to q.safetensors --weights "
            + "'{\"type\": \"q4_0\"}'",
        "  granular quantize-tensors inputs.safetensors --to q.safetensors \\",
        "      --weights '{\"bits\": 8, \"granularity\": \"per_token\"}'"})
final class QuantizeTensorsCommand implements Callable<Integer> {
  private final Session session;

  @Spec
  CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "IN.safetensors", description = "The tensors.")
  Path in = Path.of("");

  @Option(names = "--weights", paramLabel = "JSON", required = true,
      description = "The scheme, as under \"weights\" in a recipe's rule, or a file that holds it; "
          + "for activations also with \"granularity\": \"per_token\".")
  String weights = "";

  @Option(names = "--to", paramLabel = "OUT.safetensors", required = true,
      description = "Where the results go.")
  Path out = Path.of("");

  @Option(names = "--json", description = Texts.JSON)
  boolean json;

  QuantizeTensorsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    TensorQuantization.Report report = TensorQuantization.run(in, scheme(), out);
    session.console().result(json, report, text(report));
    return ExitCodes.OK;
  }

  private TensorScheme scheme() {
    try {
      return WeightsReader.parse(weights.stripLeading().startsWith("{") ? weights
          : Files.readString(Path.of(weights)), "--weights");
    } catch (BadRecipeException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    } catch (IOException | IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--weights: " + weights
          + " is neither a JSON object nor a file that can be read. Give for instance "
          + "'{\"bits\": 8}' or '{\"type\": \"q4_0\"}'.", e);
    }
  }

  private static String text(TensorQuantization.Report report) {
    Table table = new Table().row("tensor", "type", "shape", "q", "scale");
    report.tensors()
        .forEach(t -> table.row(t.name(), t.dtype().name(), t.shape().toString(),
            t.q().toString(), t.scale() == null ? "in the blocks" : t.scale().toString()));
    report.left().forEach(t -> table.row(t.name(), "", "left out: it " + t.reason(), "", ""));
    return table.toString();
  }
}
