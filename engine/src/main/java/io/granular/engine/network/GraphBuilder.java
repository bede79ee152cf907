package io.granular.engine.network;

import io.granular.engine.network.Op.Activation.Function;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Builds a graph node by node and checks every shape on the way. */
final class GraphBuilder {
  private final String name;
  private final SequencedMap<String, Value> inputs = new LinkedHashMap<>();
  private final List<Node> nodes = new ArrayList<>();
  private final SequencedMap<String, Value> outputs = new LinkedHashMap<>();
  private int nextId;

  GraphBuilder(String name) {
    this.name = name;
  }

  Graph build() {
    return new Graph(name, inputs, nodes, outputs);
  }

  Value input(String argument, Dim... dims) {
    Value value = new Value(nextId++, Shape.of(dims));
    inputs.put(argument, value);
    return value;
  }

  void output(String result, Value value) {
    outputs.put(result, value);
  }

  Value conv2d(String module, Value x, int out, int kernel, int stride, int padding, int padAfter,
      boolean bias) {
    int in = channels(module, x, 1, 4);
    Dim h = x.shape().dim(2);
    Dim w = x.shape().dim(3);
    int surplus = kernel - 1 - 2 * padding - padAfter;
    boolean same = stride == 1 && surplus == 0;
    boolean half = stride == 2 && kernel == 3 && padding + padAfter == 1;
    require(same || half, module, "kernel " + kernel + ", stride " + stride + ", padding " + padding
        + " is not one of the family's convolutions");
    boolean up = padding == 1;
    Shape shape = Shape.of(x.shape().dim(0), Dim.of(out), same ? h : new Dim.Halved(h, up),
        same ? w : new Dim.Halved(w, up));
    return add(module, new Op.Conv2d(in, out, kernel, stride, padding, padAfter, bias), shape, x);
  }

  /** A convolution that keeps height and width. */
  Value conv2d(String module, Value x, int out, int kernel) {
    return conv2d(module, x, out, kernel, 1, kernel / 2, 0, true);
  }

  Value linear(String module, Value x, int out, boolean bias) {
    Dim last = x.shape().dim(-1);
    require(last instanceof Dim.Fixed, module,
        "a linear layer needs a known width, got " + x.shape());
    int in = Math.toIntExact(last.at(Map.of()));
    return add(module, new Op.Linear(in, out, bias), x.shape().with(-1, Dim.of(out)), x);
  }

  Value groupNorm(String module, Value x, int groups, double eps) {
    int channels = channels(module, x, 1, 4);
    require(channels % groups == 0, module,
        channels + " channels do not divide into " + groups + " groups");
    return add(module, new Op.GroupNorm(groups, channels, eps), x.shape(), x);
  }

  Value layerNorm(String module, Value x, double eps) {
    int channels = channels(module, x, -1, x.shape().rank());
    return add(module, new Op.LayerNorm(channels, eps), x.shape(), x);
  }

  Value embedding(String module, Value ids, int rows, int width) {
    List<Dim> dims = new ArrayList<>(ids.shape().dims());
    dims.add(Dim.of(width));
    return add(module, new Op.Embedding(rows, width), new Shape(dims), ids);
  }

  Value addPositions(String module, Value x, int rows) {
    int width = channels(module, x, 2, 3);
    return add(module, new Op.AddPositions(rows, width), x.shape(), x);
  }

  Value activation(String module, Value x, Function function) {
    return add(module, new Op.Activation(function), x.shape(), x);
  }

  Value geglu(String module, Value x) {
    int width = channels(module, x, -1, x.shape().rank());
    require(width % 2 == 0, module, "geglu halves its width, and " + width + " is odd");
    return add(module, new Op.Geglu(), x.shape().with(-1, Dim.of(width / 2)), x);
  }

  Value attention(String module, Value q, Value k, Value v, int heads, boolean causal) {
    int width = channels(module, q, 2, 3);
    require(width % heads == 0, module, width + " channels do not divide into " + heads + " heads");
    require(channels(module, k, 2, 3) == width && k.shape().equals(v.shape()), module,
        "q " + q.shape() + ", k " + k.shape() + " and v " + v.shape() + " do not fit together");
    return add(module, new Op.Attention(heads, causal), q.shape(), q, k, v);
  }

  Value add(String module, Value a, Value b) {
    require(a.shape().equals(b.shape()), module, a.shape() + " + " + b.shape());
    return add(module, new Op.Add(), a.shape(), a, b);
  }

  Value addPerChannel(String module, Value x, Value perChannel) {
    require(x.shape().dim(1).equals(perChannel.shape().dim(1)) && perChannel.shape().rank() == 2,
        module,
        x.shape() + " + per channel " + perChannel.shape());
    return add(module, new Op.AddPerChannel(), x.shape(), x, perChannel);
  }

  Value scale(String module, Value x, double factor) {
    return factor == 1 ? x : add(module, new Op.Scale(factor), x.shape(), x);
  }

  Value concat(String module, int dim, Value... parts) {
    Shape first = parts[0].shape();
    int sum = 0;
    for (Value part : parts) {
      require(part.shape().with(dim, Dim.of(0)).equals(first.with(dim, Dim.of(0))), module,
          "cannot join " + first + " and " + part.shape() + " along " + dim);
      sum += channels(module, part, dim, first.rank());
    }
    return add(module, new Op.Concat(dim), first.with(dim, Dim.of(sum)), parts);
  }

  Value upsample(String module, Value x) {
    Shape s = x.shape();
    return add(module, new Op.UpsampleNearest(),
        s.with(2, new Dim.Doubled(s.dim(2))).with(3, new Dim.Doubled(s.dim(3))), x);
  }

  Value upsampleTo(String module, Value x, Value like) {
    return add(module, new Op.UpsampleNearest(),
        x.shape().with(2, like.shape().dim(2)).with(3, like.shape().dim(3)), x, like);
  }

  Value tokens(String module, Value x) {
    Shape s = x.shape();
    channels(module, x, 1, 4);
    return add(module, new Op.PixelsToTokens(),
        Shape.of(s.dim(0), new Dim.Product(s.dim(2), s.dim(3)), s.dim(1)), x);
  }

  Value pixels(String module, Value x, Value like) {
    Shape s = like.shape();
    require(x.shape().dim(1).equals(new Dim.Product(s.dim(2), s.dim(3))), module,
        x.shape() + " are not the pixels of " + s);
    return add(module, new Op.TokensToPixels(), s.with(1, x.shape().dim(2)), x, like);
  }

  Value timestepEmbedding(String module, Value t, int width, boolean flip, double shift) {
    return add(module, new Op.TimestepEmbedding(width, flip, shift),
        Shape.of(t.shape().dim(0), Dim.of(width)), t);
  }

  Value flatten(String module, Value x) {
    return add(module, new Op.Flatten(),
        Shape.of(new Dim.Product(x.shape().dim(0), x.shape().dim(1))), x);
  }

  Value joinRows(String module, Value x, Value like) {
    long rows = channels(module, like, 1, 2);
    long width = channels(module, x, 1, 2);
    return add(module, new Op.JoinRows(), Shape.of(like.shape().dim(0), Dim.of(rows * width)), x,
        like);
  }

  Value poolEndOfText(String module, Value x, Value ids, long endOfText) {
    return add(module, new Op.PoolEndOfText(endOfText),
        Shape.of(x.shape().dim(0), x.shape().dim(2)), x, ids);
  }

  Value chunk(String module, Value x, int parts, int index) {
    int channels = channels(module, x, 1, 4);
    return add(module, new Op.Chunk(parts, index), x.shape().with(1, Dim.of(channels / parts)), x);
  }

  private Value add(String module, Op op, Shape shape, Value... from) {
    Value output = new Value(nextId++, shape);
    nodes.add(new Node(module, op, Arrays.asList(from), output));
    return output;
  }

  private int channels(String module, Value x, int dim, int rank) {
    require(x.shape().rank() == rank && x.shape().dim(dim) instanceof Dim.Fixed, module,
        "expected " + rank + " dimensions with a known extent at " + dim + ", got " + x.shape());
    return Math.toIntExact(x.shape().dim(dim).at(Map.of()));
  }

  private void require(boolean condition, String module, String problem) {
    if (!condition) {
      throw new IllegalArgumentException(name + "." + module + ": " + problem);
    }
  }
}
