package io.granular.engine.cli;

import io.granular.engine.train.Economy;
import io.granular.engine.train.Learning;
import io.granular.engine.train.Trained;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What {@code granular train} changes, and how. */
final class StudentOptions {
  private static final int LARGEST_BATCH = 64;

  @Option(names = "--modules", paramLabel = "PATTERN", arity = "1..*",
      description = "Train only modules that match one of these patterns of recipes, e.g. "
          + "'unet.**.attn1.**'; the others are quantized as they are.")
  List<String> modules = List.of();

  @Option(names = "--train-all",
      description = "Train what stays in floating point too: norms, time embeddings, kept modules.")
  boolean everything;

  @Option(names = "--learn-scales",
      description = "Learn step sizes besides the weights (LSQ). Weights are then written as their "
          + "integers mean them.")
  boolean scales;

  @Option(names = "--only-scales",
      description = "Learn step sizes alone; takes a fraction of the memory.")
  boolean onlyScales;

  @Option(names = "--low-rank", paramLabel = "N",
      description = "Learn a correction of this rank of each weight instead, merged into it at the "
          + "end; takes a fraction of the memory.")
  @Nullable
  Integer rank;

  @Option(names = "--lr", paramLabel = "X", defaultValue = "1e-4",
      description = "Highest learning rate (default: ${DEFAULT-VALUE}).")
  double rate;

  @Option(names = "--scale-lr", paramLabel = "X",
      description = "Highest learning rate of step sizes, as a share of each (default: ten times "
          + "--lr).")
  @Nullable
  Double scaleRate;

  @Option(names = "--batch", paramLabel = "N", defaultValue = "2",
      description = "Sampler evaluations in one batch; with guidance each is two samples (default: "
          + "${DEFAULT-VALUE}).")
  int batch;

  @Option(names = "--accumulate", paramLabel = "N", defaultValue = "1",
      description = "Batches that make one step (default: ${DEFAULT-VALUE}).")
  int accumulation;

  @Option(names = "--min-snr", paramLabel = "GAMMA",
      description = "Weigh timesteps by min-SNR, usually with 5; without, all weigh the same.")
  @Nullable
  Double minSnr;

  @Option(names = "--recompute",
      description = "Keep no values inside blocks and compute them again for the gradient: less "
          + "memory, about a third slower (activation checkpointing).")
  boolean recompute;

  @Option(names = "--no-average",
      description = "Hold no running average of what is trained, and write the last instead.")
  boolean noAverage;

  Learning learning(CommandSpec spec) {
    if (!(rate > 0) || (minSnr != null && !(minSnr > 0))
        || (scaleRate != null && !(scaleRate > 0)) || accumulation < 1) {
      throw wrong(spec, "--lr, --scale-lr, --accumulate and --min-snr are more than 0.");
    }
    if (batch < 1 || batch > LARGEST_BATCH) {
      throw wrong(spec, "--batch goes from 1 to " + LARGEST_BATCH + ".");
    }
    return new Learning(rate, scaleRate, batch, accumulation, minSnr);
  }

  Trained trained(CommandSpec spec) {
    Integer corrections = rank;
    int kinds = (scales ? 1 : 0) + (onlyScales ? 1 : 0) + (corrections != null ? 1 : 0);
    if (kinds > 1) {
      throw wrong(spec,
          "--learn-scales, --only-scales and --low-rank exclude each other; give one of them.");
    }
    if (corrections != null && corrections < 1) {
      throw wrong(spec, "--low-rank is at least 1.");
    }
    if (everything && (onlyScales || corrections != null)) {
      throw wrong(spec, "--train-all trains weights; it goes with neither --only-scales nor "
          + "--low-rank.");
    }
    if (scaleRate != null && !scales && !onlyScales) {
      throw wrong(spec, "--scale-lr goes with --learn-scales or --only-scales.");
    }
    Trained.What what = onlyScales ? new Trained.What.Scales()
        : corrections != null ? new Trained.What.LowRank(corrections)
            : new Trained.What.Weights(scales);
    return new Trained(what, modules, everything);
  }

  Economy economy() {
    return new Economy(recompute, !noAverage);
  }

  private static ParameterException wrong(CommandSpec spec, String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
