package io.granular.engine.run;

import io.granular.engine.quant.LayerStatistics;
import io.granular.engine.quant.LowRank;
import io.granular.engine.quant.Packing;
import io.granular.engine.quant.QuantizedTensor;
import io.granular.engine.quant.TreatedWeight;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.store.NamedTensor;
import io.granular.engine.store.SafetensorsFile;
import io.granular.engine.torch.ScalarType;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tensors in which statistics and treated weights are kept; those of part n begin with {@code n.}. */
final class TreatmentFiles {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private TreatmentFiles() {}

  /** About how many bytes so many bytes of Hessians take: they are symmetric. */
  static long stored(long bytes) {
    return bytes / 2;
  }

  static List<NamedTensor> ofStatistics(List<LayerStatistics> parts) {
    List<NamedTensor> tensors = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      tensors.add(floats(i + ".mean", parts.get(i).mean()));
      tensors.add(floats(i + ".largest", parts.get(i).largest()));
      List<float[]> hessians = parts.get(i).hessians();
      for (int k = 0; k < hessians.size(); k++) {
        tensors.add(floats(i + ".hessian." + k, triangle(hessians.get(k))));
      }
    }
    return tensors;
  }

  /** @throws IllegalArgumentException if the file holds something else */
  static List<LayerStatistics> statistics(SafetensorsFile file) {
    List<LayerStatistics> parts = new ArrayList<>();
    for (int i = 0; file.contains(i + ".mean"); i++) {
      List<float[]> hessians = new ArrayList<>();
      for (int k = 0; file.contains(i + ".hessian." + k); k++) {
        hessians.add(square(floats(file, i + ".hessian." + k)));
      }
      parts.add(new LayerStatistics(floats(file, i + ".mean"), floats(file, i + ".largest"),
          hessians));
    }
    return parts;
  }

  static List<NamedTensor> ofTreated(List<TreatedWeight> parts) {
    List<NamedTensor> tensors = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      TreatedWeight part = parts.get(i);
      QuantizedTensor q = part.integers();
      LowRank branch = part.lowRank();
      tensors.add(NamedTensor.longs(i + ".shape", List.of(3L),
          new long[]{q.rows(), q.cols(), branch == null ? 0 : branch.rank()}));
      List<Packing.Plane> planes = Packing.pack(q);
      for (int k = 0; k < planes.size(); k++) {
        byte[] bytes = planes.get(k).bytes();
        tensors.add(NamedTensor.bytes(i + ".q." + k, ScalarType.U8, List.of((long) bytes.length),
            bytes));
      }
      tensors.add(floats(i + ".scale", q.scale()));
      float[] zero = new float[q.zeroPoint().length];
      for (int k = 0; k < zero.length; k++) {
        zero[k] = q.zeroPoint()[k];
      }
      tensors.add(floats(i + ".zero_point", zero));
      add(tensors, i + ".smooth", part.smooth());
      add(tensors, i + ".shift", part.shift());
      add(tensors, i + ".left", branch == null ? null : branch.left());
      add(tensors, i + ".right", branch == null ? null : branch.right());
    }
    return tensors;
  }

  /** @throws IllegalArgumentException if the file holds something else */
  static List<TreatedWeight> treated(SafetensorsFile file, WeightScheme scheme) {
    List<TreatedWeight> parts = new ArrayList<>();
    for (int i = 0; file.contains(i + ".shape"); i++) {
      long[] shape = file.data(i + ".shape").toArray(LONG);
      int rows = Math.toIntExact(shape[0]);
      int columns = Math.toIntExact(shape[1]);
      int rank = Math.toIntExact(shape[2]);
      float[] stored = floats(file, i + ".zero_point");
      int[] zero = new int[stored.length];
      for (int k = 0; k < zero.length; k++) {
        zero[k] = Math.round(stored[k]);
      }
      QuantizedTensor q = new QuantizedTensor(rows, columns,
          Packing.unpack(planes(file, i, scheme, rows, columns), rows, columns,
              scheme.integers()),
          floats(file, i + ".scale"), zero, scheme);
      LowRank branch = rank == 0 ? null
          : new LowRank(rank, floats(file, i + ".left"), floats(file, i + ".right"));
      parts.add(new TreatedWeight(q, optional(file, i + ".smooth"), branch,
          optional(file, i + ".shift")));
    }
    return parts;
  }

  private static List<Packing.Plane> planes(SafetensorsFile file, int part, WeightScheme scheme,
      int rows, int columns) {
    List<Packing.Plane> planes = new ArrayList<>();
    long bytes = 0;
    int shift = 0;
    for (int width : Packing.widths(scheme.bits())) {
      byte[] plane =
          file.data(part + ".q." + planes.size()).toArray(ValueLayout.JAVA_BYTE);
      planes.add(new Packing.Plane(width, shift, plane));
      bytes += plane.length;
      shift += width;
    }
    if (bytes != Packing.bytes(rows, columns, scheme.bits())) {
      throw new IllegalArgumentException(bytes + " bytes for [" + rows + ", " + columns + "]");
    }
    return planes;
  }

  private static void add(List<NamedTensor> tensors, String name, float @Nullable [] values) {
    if (values != null) {
      tensors.add(floats(name, values));
    }
  }

  private static NamedTensor floats(String name, float[] values) {
    return NamedTensor.floats(name, List.of((long) values.length), values);
  }

  private static float[] floats(SafetensorsFile file, String name) {
    return file.data(name).toArray(FLOAT);
  }

  private static float @Nullable [] optional(SafetensorsFile file, String name) {
    return file.contains(name) ? floats(file, name) : null;
  }

  private static float[] triangle(float[] square) {
    int n = (int) Math.round(Math.sqrt(square.length));
    float[] triangle = new float[Math.toIntExact((long) n * (n + 1) / 2)];
    int at = 0;
    for (int i = 0; i < n; i++) {
      System.arraycopy(square, i * n + i, triangle, at, n - i);
      at += n - i;
    }
    return triangle;
  }

  private static float[] square(float[] triangle) {
    int n = (int) ((Math.sqrt(8.0 * triangle.length + 1) - 1) / 2);
    if ((long) n * (n + 1) / 2 != triangle.length) {
      throw new IllegalArgumentException(triangle.length + " numbers are no triangle");
    }
    float[] square = new float[Math.multiplyExact(n, n)];
    int at = 0;
    for (int i = 0; i < n; i++) {
      for (int j = i; j < n; j++) {
        square[i * n + j] = triangle[at];
        square[j * n + i] = triangle[at++];
      }
    }
    return square;
  }
}
