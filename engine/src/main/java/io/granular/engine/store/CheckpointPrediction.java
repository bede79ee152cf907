package io.granular.engine.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a checkpoint's U-Net predicts: the noise ({@code epsilon}) or the velocity
 * ({@code v_prediction}). Weights do not tell. In this order: the metadata
 * {@code modelspec.prediction_type}; the empty tensors {@code v_pred} and {@code ztsnr} that
 * trainers leave as marks; for SD 2.x what diffusers does, that is epsilon only if
 * {@code global_step} is that of SD 2.0 base; else epsilon.
 *
 * @param type {@code epsilon} or {@code v_prediction}
 * @param zeroSnr whether it was trained with zero terminal SNR
 * @param note what had to be assumed, if anything
 * @see <a href="https://github.com/Stability-AI/ModelSpec">ModelSpec</a>
 * @see <a href="https://github.com/huggingface/diffusers">diffusers, {@code _legacy_load_scheduler}</a>
 */
record CheckpointPrediction(String type, boolean zeroSnr, Optional<String> note) {
  static final String EPSILON = "epsilon";
  static final String V = "v_prediction";
  private static final long SD2_BASE_STEPS = 875_000;

  static CheckpointPrediction of(Checkpoint checkpoint, Family family) {
    boolean zeroSnr = checkpoint.has("ztsnr");
    String declared =
        checkpoint.metadata("modelspec.prediction_type").orElse("");
    if (declared.equals(EPSILON)) {
      return new CheckpointPrediction(EPSILON, zeroSnr, Optional.empty());
    }
    if (declared.equals("v") || declared.equals(V) || checkpoint.has("v_pred")) {
      return new CheckpointPrediction(V, zeroSnr, Optional.empty());
    }
    if (family != Family.SD2) {
      return new CheckpointPrediction(EPSILON, zeroSnr, Optional.empty());
    }
    OptionalLong step = globalStep(checkpoint);
    if (step.isPresent() && step.getAsLong() == SD2_BASE_STEPS) {
      return new CheckpointPrediction(EPSILON, zeroSnr, Optional.empty());
    }
    return new CheckpointPrediction(V, zeroSnr, Optional.of("The file does not say whether its "
        + "U-Net predicts noise or velocity; velocity is assumed, as for SD 2.x at 768 pixels. "
        + "For SD 2.x base choose the prediction epsilon."));
  }

  private static OptionalLong globalStep(Checkpoint checkpoint) {
    if (!checkpoint.has("global_step")) {
      return OptionalLong.empty();
    }
    TensorInfo info = checkpoint.tensors().info("global_step");
    if (info.elements() != 1) {
      return OptionalLong.empty();
    }
    MemorySegment data = checkpoint.tensors().data("global_step");
    return switch (info.dtype()) {
      case I64 -> OptionalLong.of(
          data.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0));
      case I32 -> OptionalLong.of(
          data.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0));
      case F16, BF16, F32, F64 -> {
        float[] step = new float[1];
        Float32.read(info.dtype(), data, 0, step, 0, 1);
        yield OptionalLong.of((long) step[0]);
      }
      case U8, I8, I16, BOOL -> OptionalLong.empty();
    };
  }
}
