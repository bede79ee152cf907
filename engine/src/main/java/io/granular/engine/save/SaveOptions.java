package io.granular.engine.save;

/**
 * What a person may choose besides the format.
 *
 * @param gguf what a GGUF file holds
 * @param keepConvolutions whether GGUF files hold convolutions in 16 bits, for programs that cannot read them quantized
 * @param onnx how ONNX models quantize inputs
 * @param checkSeed seed of the picture that the check generates
 * @param checkSteps its sampler steps
 */
public record SaveOptions(GgufLayout gguf, boolean keepConvolutions, OnnxForm onnx, long checkSeed,
    int checkSteps) {
  private static final int FEW = 2;

  /** What is usual. */
  public static final SaveOptions USUAL =
      new SaveOptions(GgufLayout.FULL, false, OnnxForm.QDQ, 0, FEW);

  public SaveOptions {
    if (checkSteps < 1) {
      throw new IllegalArgumentException("the check takes at least one step");
    }
  }

  /** What is in a GGUF file. */
  public enum GgufLayout {
    /** Text encoders, U-Net and autoencoder, as stable-diffusion.cpp writes them. */
    FULL,
    /** The U-Net alone, as ComfyUI-GGUF has it. */
    UNET
  }
}
