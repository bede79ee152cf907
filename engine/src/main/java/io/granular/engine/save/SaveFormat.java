package io.granular.engine.save;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The formats in which a quantized model can be saved. */
public enum SaveFormat {
  /** Granular's own: packed integers and scales in a folder laid out as diffusers does. */
  SAFETENSORS(true, ""),
  /** One GGUF file under the names of original checkpoints, for stable-diffusion.cpp and ComfyUI-GGUF. */
  GGUF(false, ".gguf"),
  /** A diffusers folder with dequantized fp16 weights. */
  DIFFUSERS(true, ""),
  /** ONNX models of all networks in a folder laid out as Optimum does. */
  ONNX(true, ""),
  /** TorchScript archives of all networks, for plain PyTorch. */
  TORCHSCRIPT(true, "");

  private final boolean folder;
  private final String extension;

  SaveFormat(boolean folder, String extension) {
    this.folder = folder;
    this.extension = extension;
  }

  /** The name on the command line and in JSON. */
  @JsonValue
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it is a folder and not one file. */
  public boolean folder() {
    return folder;
  }

  /** What the name of a file must end with; empty for folders. */
  public String extension() {
    return extension;
  }

  /** All names on the command line. */
  public static List<String> ids() {
    return Arrays.stream(values()).map(SaveFormat::id).toList();
  }

  /** The format of that name. */
  public static Optional<SaveFormat> of(String id) {
    return Arrays.stream(values()).filter(format -> format.id().equals(id)).findFirst();
  }
}
