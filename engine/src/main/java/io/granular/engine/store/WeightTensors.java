package io.granular.engine.store;

import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.GgmlType;
import io.granular.engine.quant.IntegerRange;
import io.granular.engine.quant.LowRank;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.Packing;
import io.granular.engine.quant.QuantizedTensor;
import io.granular.engine.quant.QuantizedWeight;
import io.granular.engine.quant.TreatedWeight;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.torch.ScalarType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tensors that one quantized weight is kept in, see docs/formats.md.
 *
 * @param weight name of the weight, e.g. {@code conv_in.weight}
 * @param form how it is quantized
 */
record WeightTensors(String weight, WeightJson form) {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** A part of a layer: a range of its input channels. */
  private record Part(String name, int channels, int columns, WeightScheme scheme) {}

  private int rows() {
    return Math.toIntExact(form.shape().getFirst());
  }

  private int channels() {
    return Math.toIntExact(form.shape().get(1));
  }

  private int taps() {
    return Math.toIntExact(
        form.shape().stream().skip(2).reduce(1L, Math::multiplyExact));
  }

  private List<Part> parts(WeightScheme scheme) {
    int boundary = form.boundary();
    int channels = channels();
    if (boundary == 0) {
      return List.of(new Part(weight, channels, channels * taps(), scheme));
    }
    if (boundary >= channels) {
      throw new IllegalArgumentException("is split behind channel " + boundary + " of " + channels);
    }
    return List.of(new Part(weight + ".hidden", boundary, boundary * taps(), scheme),
        new Part(weight + ".skip", channels - boundary, (channels - boundary) * taps(), scheme));
  }

  /**
   * Names, types and shapes of all of them.
   *
   * @throws IllegalArgumentException if the description contradicts itself
   */
  List<TensorInfo> infos() {
    return switch (form.scheme()) {
      case GgmlType type -> List.of(new TensorInfo(weight + ".blocks", ScalarType.U8,
          List.of((long) rows(), type.bytes(1, (long) channels() * taps()))));
      case WeightScheme scheme -> parts(scheme).stream().flatMap(p -> infos(p).stream()).toList();
      case ActivationScheme _ ->
        throw new IllegalArgumentException("is described as activations");
    };
  }

  private List<TensorInfo> infos(Part part) {
    List<TensorInfo> infos = new ArrayList<>();
    List<Integer> widths = Packing.widths(part.scheme.bits());
    for (int i = 0; i < widths.size(); i++) {
      infos.add(new TensorInfo(codes(part, i), ScalarType.U8,
          List.of((long) rows(), Math.ceilDiv((long) part.columns * widths.get(i), 8))));
    }
    List<Long> scales = scales(part);
    infos.add(new TensorInfo(part.name + ".scale", ScalarType.F32, scales));
    if (part.scheme.mapping() == Mapping.ASYMMETRIC) {
      infos.add(new TensorInfo(part.name + ".zero_point", ScalarType.U8, scales));
    }
    if (form.treatments().smooth() != null) {
      infos.add(new TensorInfo(part.name + ".smooth", ScalarType.F32,
          List.of((long) part.channels)));
    }
    long rank = rank(part);
    if (rank > 0) {
      infos.add(new TensorInfo(part.name + ".low_rank_left", ScalarType.F16,
          List.of((long) rows(), rank)));
      infos.add(new TensorInfo(part.name + ".low_rank_right", ScalarType.F16,
          List.of(rank, (long) part.columns)));
    }
    if (correction()) {
      infos.add(new TensorInfo(part.name + ".bias_correction", ScalarType.F32,
          List.of((long) rows())));
    }
    return infos;
  }

  /** Whether what is to be added to the bias is a tensor of its own. */
  private boolean correction() {
    return form.treatments().biasCorrection() && !form.biasCorrected();
  }

  private static String codes(Part part, int plane) {
    return part.name + ".codes" + plane;
  }

  private List<Long> scales(Part part) {
    long run = part.scheme.granularity().runLength(rows(), part.columns);
    return run > part.columns ? List.of(1L, 1L) : List.of((long) rows(), part.columns / run);
  }

  private int rank(Part part) {
    return Math.min(form.treatments().lowRank(), Math.min(rows(), part.columns));
  }

  /** A weight as these tensors. */
  List<NamedTensor> write(QuantizedWeight quantized) {
    return switch (quantized) {
      case QuantizedWeight.Blocks blocks ->
        List.of(NamedTensor.of(infos().getFirst(), blocks.data()));
      case QuantizedWeight.Integers integers -> {
        List<NamedTensor> tensors = new ArrayList<>();
        List<Part> parts = parts(integers.scheme());
        for (int i = 0; i < parts.size(); i++) {
          write(tensors, parts.get(i), integers.parts().get(i));
        }
        yield tensors;
      }
    };
  }

  private void write(List<NamedTensor> tensors, Part part, TreatedWeight treated) {
    QuantizedTensor q = treated.integers();
    List<Packing.Plane> planes = Packing.pack(q);
    for (int i = 0; i < planes.size(); i++) {
      byte[] bytes = planes.get(i).bytes();
      tensors.add(NamedTensor.bytes(codes(part, i), ScalarType.U8,
          List.of((long) rows(), (long) bytes.length / rows()), bytes));
    }
    tensors.add(NamedTensor.floats(part.name + ".scale", scales(part), q.scale()));
    if (part.scheme.mapping() == Mapping.ASYMMETRIC) {
      byte[] zeros = new byte[q.zeroPoint().length];
      for (int i = 0; i < zeros.length; i++) {
        zeros[i] = (byte) q.zeroPoint()[i];
      }
      tensors.add(
          NamedTensor.bytes(part.name + ".zero_point", ScalarType.U8, scales(part), zeros));
    }
    floats(tensors, part.name + ".smooth", treated.smooth());
    LowRank branch = treated.lowRank();
    if (branch != null) {
      tensors.add(FloatTensor.of(branch.left(), part.name + ".low_rank_left",
          List.of((long) rows(), (long) branch.rank()), ScalarType.F16));
      tensors.add(FloatTensor.of(branch.right(), part.name + ".low_rank_right",
          List.of((long) branch.rank(), (long) part.columns), ScalarType.F16));
    }
    floats(tensors, part.name + ".bias_correction", correction() ? treated.shift() : null);
  }

  private static void floats(List<NamedTensor> tensors, String name, float @Nullable [] values) {
    if (values != null) {
      tensors.add(NamedTensor.floats(name, List.of((long) values.length), values));
    }
  }

  /**
   * The weight that these tensors hold.
   *
   * @throws IllegalArgumentException if their numbers cannot be those of a weight; says which
   */
  QuantizedWeight read(TensorSource source) {
    return switch (form.scheme()) {
      case GgmlType type -> new QuantizedWeight.Blocks(type, rows(), channels() * taps(),
          source.data(weight + ".blocks"));
      case WeightScheme scheme -> new QuantizedWeight.Integers(scheme, form.treatments(),
          form.boundary(), taps(),
          parts(scheme).stream().map(part -> read(source, part)).toList());
      case ActivationScheme _ ->
        throw new IllegalArgumentException("is described as activations");
    };
  }

  private TreatedWeight read(TensorSource source, Part part) {
    float[] scale = floats(source, part.name + ".scale");
    for (float s : scale) {
      if (!(s > 0) || !Float.isFinite(s)) {
        throw new IllegalArgumentException("tensor '" + part.name + ".scale' holds " + s
            + ", which is no scale");
      }
    }
    QuantizedTensor q = new QuantizedTensor(rows(), part.columns,
        integers(source, part), scale,
        zeros(source, part, scale.length), part.scheme);
    boolean smooth = form.treatments().smooth() != null;
    return new TreatedWeight(q, smooth ? floats(source, part.name + ".smooth") : null,
        branch(source, part),
        correction() ? floats(source, part.name + ".bias_correction") : null);
  }

  private byte[] integers(TensorSource source, Part part) {
    IntegerRange range = part.scheme.integers();
    List<Packing.Plane> planes = new ArrayList<>();
    int shift = 0;
    for (int width : Packing.widths(part.scheme.bits())) {
      MemorySegment data = source.data(codes(part, planes.size()));
      planes.add(new Packing.Plane(width, shift, data.toArray(ValueLayout.JAVA_BYTE)));
      if (data.isMapped()) {
        data.unload(); // the pages need not be in memory beside the array
      }
      shift += width;
    }
    if (part.scheme.bits() < Byte.SIZE) {
      return Packing.unpack(planes, rows(), part.columns, range);
    }
    byte[] q = planes.getFirst().bytes();
    for (int i = 0; range.min() < 0 && i < q.length; i++) {
      q[i] ^= (byte) 0x80; // less 128
    }
    return q;
  }

  private int[] zeros(TensorSource source, Part part, int count) {
    int[] zeros = new int[count];
    if (part.scheme.mapping() == Mapping.ASYMMETRIC) {
      byte[] bytes = source.data(part.name + ".zero_point").toArray(ValueLayout.JAVA_BYTE);
      for (int i = 0; i < count; i++) {
        zeros[i] = bytes[i] & 0xff;
        if (zeros[i] > part.scheme.integers().max()) {
          throw new IllegalArgumentException("tensor '" + part.name + ".zero_point' holds "
              + zeros[i] + ", more than " + part.scheme.bits() + " bits can say");
        }
      }
    }
    return zeros;
  }

  private @Nullable LowRank branch(TensorSource source, Part part) {
    return rank(part) == 0 ? null
        : new LowRank(rank(part), halves(source.data(part.name + ".low_rank_left")),
            halves(source.data(part.name + ".low_rank_right")));
  }

  private static float[] floats(TensorSource source, String name) {
    return source.data(name).toArray(FLOAT);
  }

  private static float[] halves(MemorySegment data) {
    short[] bits = data.toArray(SHORT);
    float[] values = new float[bits.length];
    for (int i = 0; i < bits.length; i++) {
      values[i] = Float.float16ToFloat(bits[i]);
    }
    return values;
  }
}
