package io.granular.engine.store;

import io.granular.engine.store.LdmUnet.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From the names of a U-Net in diffusers to the original ones: the inverse of {@link LdmUnetNames}.
 *
 * @param inputs where each of {@code input_blocks} belongs
 * @param outputs where each of {@code output_blocks} belongs
 * @param attentions levels of the way up that have attention
 */
record LdmUnetOriginals(List<Place> inputs, List<Place> outputs, Set<Integer> attentions) {
  private static final Pattern TENSOR = Pattern.compile("(.+)\\.(weight|bias)");
  private static final Pattern BLOCK = Pattern.compile(
      "(down|up)_blocks\\.(\\d{1,3})\\.(resnets|attentions|downsamplers|upsamplers)\\.(\\d{1,3})\\.(.+)");
  private static final Pattern MIDDLE =
      Pattern.compile("mid_block\\.(resnets|attentions)\\.([01])\\.(.+)");

  /** The table of a U-Net with these tensors. */
  static LdmUnetOriginals of(Set<String> names) {
    List<Place> inputs = new ArrayList<>();
    inputs.add(new Place(-1, 0)); // conv_in
    for (int level = 0; resnets(names, "down_blocks." + level) > 0; level++) {
      int count = resnets(names, "down_blocks." + level);
      for (int i = 0; i < count; i++) {
        inputs.add(new Place(level, i));
      }
      if (names.contains("down_blocks." + level + ".downsamplers.0.conv.weight")) {
        inputs.add(new Place(level, count));
      }
    }
    List<Place> outputs = new ArrayList<>();
    Set<Integer> attentions = new HashSet<>();
    for (int level = 0; resnets(names, "up_blocks." + level) > 0; level++) {
      for (int i = 0; i < resnets(names, "up_blocks." + level); i++) {
        outputs.add(new Place(level, i));
      }
      if (names.contains("up_blocks." + level + ".attentions.0.norm.weight")) {
        attentions.add(level);
      }
    }
    return new LdmUnetOriginals(List.copyOf(inputs), List.copyOf(outputs), Set.copyOf(attentions));
  }

  private static int resnets(Set<String> names, String block) {
    int count = 0;
    while (names.contains(block + ".resnets." + count + ".norm1.weight")) {
      count++;
    }
    return count;
  }

  /** The original name; empty if {@code name} is no part of a Stable Diffusion U-Net. */
  Optional<String> original(String name) {
    Matcher tensor = TENSOR.matcher(name);
    return tensor.matches()
        ? layer(tensor.group(1)).map(layer -> layer + "." + tensor.group(2))
        : Optional.empty();
  }

  private Optional<String> layer(String name) {
    Optional<String> outside = key(LdmUnetNames.OUTSIDE, name);
    if (outside.isPresent()) {
      return outside;
    }
    Matcher middle = MIDDLE.matcher(name);
    if (middle.matches()) {
      boolean resnet = middle.group(1).equals("resnets");
      int index = resnet ? 2 * Integer.parseInt(middle.group(2)) : 1;
      return rest(resnet, middle.group(3)).map(rest -> "middle_block." + index + "." + rest);
    }
    Matcher block = BLOCK.matcher(name);
    return block.matches()
        ? block(block.group(1).equals("down"), Integer.parseInt(block.group(2)), block.group(3),
            Integer.parseInt(block.group(4)), block.group(5))
        : Optional.empty();
  }

  private Optional<String> block(boolean down, int level, String kind, int index, String rest) {
    List<Place> places = down ? inputs : outputs;
    String before = down ? "input_blocks." : "output_blocks.";
    if (kind.endsWith("samplers")) {
      int at = last(places, level);
      String part = down ? ".0.op" : attentions.contains(level) ? ".2.conv" : ".1.conv";
      return at < 0 || index != 0 || !rest.equals("conv") ? Optional.empty()
          : Optional.of(before + at + part);
    }
    int at = places.indexOf(new Place(level, index));
    boolean resnet = kind.equals("resnets");
    return at < 0 ? Optional.empty()
        : rest(resnet, rest).map(r -> before + at + (resnet ? ".0." : ".1.") + r);
  }

  private static int last(List<Place> places, int level) {
    int last = -1;
    for (int i = 0; i < places.size(); i++) {
      last = places.get(i).level() == level ? i : last;
    }
    return last;
  }

  private static Optional<String> rest(boolean resnet, String rest) {
    return resnet ? key(LdmUnetNames.RESNET, rest) : Optional.of(rest);
  }

  private static Optional<String> key(Map<String, String> table, String value) {
    return table.entrySet()
        .stream()
        .filter(entry -> entry.getValue().equals(value))
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
