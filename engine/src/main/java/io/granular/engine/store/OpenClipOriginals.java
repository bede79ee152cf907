package io.granular.engine.store;

import io.granular.engine.store.OriginalTensor.Change;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** From the names of a text encoder in transformers to those of OpenCLIP: the inverse of {@link OpenClipText}. */
final class OpenClipOriginals {
  private static final Pattern LAYER =
      Pattern.compile("text_model\\.encoder\\.layers\\.(\\d{1,3})\\.(.+)\\.(weight|bias)");

  private OpenClipOriginals() {}

  /** The original tensor that one belongs to; empty if it is no part of a CLIP text encoder. */
  static Optional<OriginalTensor> of(String name) {
    if (name.equals("text_projection.weight")) {
      return Optional.of(new OriginalTensor("text_projection", List.of(name), Change.TRANSPOSED));
    }
    Matcher layer = LAYER.matcher(name);
    if (!layer.matches()) {
      return key(OpenClipText.OUTSIDE, name)
          .map(original -> new OriginalTensor(original, List.of(name), Change.SAME));
    }
    String block = "transformer.resblocks." + layer.group(1) + ".";
    String rest = layer.group(2);
    String kind = layer.group(3);
    if (OpenClipText.PROJECTIONS.stream().anyMatch(p -> rest.equals("self_attn." + p))) {
      String before = "text_model.encoder.layers." + layer.group(1) + ".self_attn.";
      return Optional.of(new OriginalTensor(block + "attn.in_proj_" + kind,
          OpenClipText.PROJECTIONS.stream().map(p -> before + p + "." + kind).toList(),
          Change.JOINED));
    }
    return key(OpenClipText.INSIDE, rest).map(original -> new OriginalTensor(
        block + original + "." + kind, List.of(name), Change.SAME));
  }

  private static Optional<String> key(Map<String, String> table, String value) {
    return table.entrySet()
        .stream()
        .filter(entry -> entry.getValue().equals(value))
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
