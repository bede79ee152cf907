package io.granular.engine.cli;

/** Descriptions that several commands share. */
final class Texts {
  static final String MODEL =
      "A diffusers folder, a folder saved by 'granular quantize', a single-file .safetensors or .gguf "
          + "checkpoint, or demo (the bundled model).";
  static final String CONFIG =
      "Diffusers folder with the configs and tokenizers of a single-file checkpoint; for a .gguf with "
          + "a U-Net only, a model that has the other parts, or demo.";
  static final String CALIBRATION = "Ranges for static schemes, made by 'granular calibrate'; "
      + "without it the model is calibrated first, once.";
  static final String JSON = "Print one JSON document on standard output and nothing else.";
  static final String SIMULATE =
      "Compute every quantized layer by quantize-dequantize in fp32, to compare arithmetic exactly; "
          + "its time and memory mean nothing.";
  static final String THREADS = "Computing threads (default: as many as cores).";

  private Texts() {}
}
