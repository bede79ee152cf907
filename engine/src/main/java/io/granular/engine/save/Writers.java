package io.granular.engine.save;

/** The writer of each format. */
final class Writers {
  private Writers() {}

  static ModelWriter of(SaveFormat format) {
    return switch (format) {
      case SAFETENSORS -> new GranularWriter();
      case GGUF -> new GgufModelWriter();
      case DIFFUSERS -> new DiffusersWriter();
      case ONNX -> new OnnxWriter();
      case TORCHSCRIPT -> new TorchScriptWriter();
    };
  }
}
