package io.granular.engine.lower;

import io.granular.engine.network.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** TorchScript text under construction: single-assignment lines inside one method. */
final class Code {
  /** {@code List[Optional[number]]} without elements, as pointwise operators want for their post-op's arguments. */
  static final String NO_SCALARS = "annotate(List[Optional[number]], [])";

  private final List<String> lines = new ArrayList<>();
  private final Map<String, String[]> written = new HashMap<>();
  private final boolean portable;
  private int next;

  /** One whose weights are packed for this machine. */
  Code() {
    this(false);
  }

  /** @param portable whether weights lie in no machine's own order and are reordered at each call, so that the text can be saved */
  Code(boolean portable) {
    this.portable = portable;
  }

  /** Whether weights lie in no machine's own order. */
  boolean portable() {
    return portable;
  }

  /** Adds {@code name = expression} with a fresh name and returns the name. */
  String let(String expression) {
    String name = "v" + next++;
    lines.add(name + " = " + expression);
    return name;
  }

  /** Adds {@code a, b = expression} with fresh names and returns them. */
  String[] letPair(String expression) {
    String[] names = {"v" + next++, "v" + next++};
    lines.add(names[0] + ", " + names[1] + " = " + expression);
    return names;
  }

  /** What was written for this key before, or is written now: layers that share an input share work on it. */
  String[] once(String key, Supplier<String[]> write) {
    String[] known = written.get(key);
    if (known == null) {
      known = write.get();
      written.put(key, known);
    }
    return known;
  }

  /** Adds a line that is not an assignment of a fresh name. */
  void line(String text) {
    lines.add(text);
  }

  /** The method around the lines, unindented. */
  String method(String signature) {
    StringBuilder text = new StringBuilder(signature).append('\n');
    lines.forEach(line -> text.append("  ").append(line).append('\n'));
    return text.toString();
  }

  /** A float literal. */
  static String number(double x) {
    return Double.toString(x).toLowerCase(Locale.ROOT);
  }

  /** Stride, padding, dilation and groups of a convolution, as aten's {@code conv2d} takes them. */
  static String strideFirst(Op.Conv2d conv) {
    return pair(conv.stride()) + ", " + pair(conv.padding()) + ", [1, 1], 1";
  }

  /** Padding, stride, dilation and groups, as mkldnn's pointwise operators take them. */
  static String paddingFirst(Op.Conv2d conv) {
    return pair(conv.padding()) + ", " + pair(conv.stride()) + ", [1, 1], 1";
  }

  /** The input of a convolution, padded at the bottom and right where that is asked for. */
  String padded(Op.Conv2d conv, String x) {
    int after = conv.padAfter();
    return after == 0 ? x
        : let("torch.constant_pad_nd(" + x + ", [0, " + after + ", 0, " + after + "])");
  }

  /** The layer in plain aten operators on a weight of the layer's own shape. */
  String aten(Kernel.Layer layer, String x, String weight, String bias) {
    return switch (layer.op()) {
      case Op.Linear _ -> "torch.linear(" + x + ", " + weight + ", " + bias + ")";
      case Op.Conv2d conv ->
        "torch.conv2d(" + padded(conv, x) + ", " + weight + ", " + bias + ", " + strideFirst(conv)
            + ")";
    };
  }

  /** The layer in oneDNN's operators, which take weights prepacked or as they are. */
  String onednn(Kernel.Layer layer, String x, String weight, String bias) {
    String tail = ", \"none\", " + NO_SCALARS + ", \"\")";
    return switch (layer.op()) {
      case Op.Linear _ ->
        "ops.mkldnn._linear_pointwise(" + x + ", " + weight + ", " + bias + tail;
      case Op.Conv2d c -> "ops.mkldnn._convolution_pointwise(" + padded(c, x) + ", " + weight
          + ", " + bias + ", " + paddingFirst(c) + tail;
    };
  }

  private static String pair(int n) {
    return "[" + n + ", " + n + "]";
  }
}
