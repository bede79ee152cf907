package io.granular.engine.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.granular.engine.calibrate.InputMoments.Watched;
import io.granular.engine.diffusion.TorchRandom;
import io.granular.engine.metric.Statistics;
import io.granular.engine.network.Op;
import io.granular.engine.quant.LayerStatistics;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Torch;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against sums written out. */
class InputMomentsTest {
  private static Torch torch;

  @BeforeAll
  static void start() {
    torch = Torch.start(2);
  }

  @AfterAll
  static void stop() {
    torch.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5})
  void linearLayers(int boundary) {
    Op.Linear op = new Op.Linear(12, 3, false);
    float[] first = new TorchRandom(1).randn(2 * 9 * 12);
    float[] second = new TorchRandom(2).randn(2 * 9 * 12);
    try (InputMoments moments =
        new InputMoments(torch,
            Map.of("m", new Watched(op, boundary, boundary == 0 ? List.of(List.of(12))
                : List.of(List.of(5), List.of(7)))));
        Scope scope = torch.scope()) {
      moments.input("m", scope.of(first, 2, 9, 12));
      moments.input("m", scope.of(second, 2, 9, 12));
      List<LayerStatistics> parts = moments.of("m");
      assertThat(parts).hasSize(boundary == 0 ? 1 : 2);
      int from = 0;
      for (LayerStatistics part : parts) {
        int channels = part.channels();
        float[][] x = new float[36][channels];
        for (int row = 0; row < 36; row++) {
          System.arraycopy(row < 18 ? first : second, row % 18 * 12 + from, x[row], 0, channels);
        }
        check(part, x, x);
        from += channels;
      }
      assertThat(from).isEqualTo(12);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void convolutions(int stride) {
    Op.Conv2d op = new Op.Conv2d(6, 4, 3, stride, 1, 0, true);
    float[] x = new TorchRandom(3).randn(2 * 6 * 8 * 10);
    try (InputMoments moments =
        new InputMoments(torch, Map.of("m", new Watched(op, 2, List.of(List.of(2), List.of(4)))));
        Scope scope = torch.scope()) {
      moments.input("m", scope.of(x, 2, 6, 8, 10));
      check(moments.of("m").get(0), pixels(x, 0, 2), patches(x, 0, 2, stride));
      check(moments.of("m").get(1), pixels(x, 2, 6), patches(x, 2, 6, stride));
    }
  }

  /** Blocks are what the whole Hessian has on its diagonal. */
  @Test
  void blocksLieOnTheDiagonal() {
    Op.Conv2d op = new Op.Conv2d(6, 4, 3, 1, 1, 0, true);
    float[] x = new TorchRandom(3).randn(2 * 6 * 8 * 10);
    try (
        InputMoments moments = new InputMoments(torch,
            Map.of("whole", new Watched(op, 0, List.of(List.of(6))), "cut",
                new Watched(op, 0, List.of(List.of(4, 2)))));
        Scope scope = torch.scope()) {
      moments.input("whole", scope.of(x, 2, 6, 8, 10));
      moments.input("cut", scope.of(x, 2, 6, 8, 10));
      float[] whole = moments.of("whole").getFirst().hessians().getFirst();
      int from = 0;
      for (float[] block : moments.of("cut").getFirst().hessians()) {
        int n = (int) Math.sqrt(block.length);
        float[] part = new float[n * n];
        for (int i = 0; i < n; i++) {
          System.arraycopy(whole, (from + i) * 54 + from, part, i * n, n);
        }
        assertThat(Statistics.maxRelative(part, block)).isLessThan(1e-5);
        from += n;
      }
      assertThat(from).isEqualTo(54);
    }
  }

  @Test
  void largeInputsAreThinnedOutEvenly() {
    int n = 5000;
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = i;
    }
    try (InputMoments moments =
        new InputMoments(torch,
            Map.of("m", new Watched(new Op.Linear(1, 1, false), 0, List.of(List.of(1)))));
        Scope scope = torch.scope()) {
      moments.input("m", scope.of(x, 1, n, 1));
      double sum = 0;
      for (int i = 0; i < n; i += 10) {
        sum += (double) i * i;
      }
      LayerStatistics seen = moments.of("m").getFirst();
      assertThat((double) seen.hessians().getFirst()[0] / sum).isBetween(0.999, 1.001);
      assertThat(seen.mean()[0]).isBetween(2499f, 2500f);
    }
  }

  @Test
  void withoutHessiansNoneAreHeld() {
    Watched layer = new Watched(new Op.Linear(8, 4, false), 0, List.of(List.of()));
    assertThat(layer.bytes()).isZero();
    assertThat(new Watched(new Op.Conv2d(8, 4, 3, 1, 1, 0, false), 2,
        List.of(List.of(2), List.of(6))).bytes())
        .isEqualTo(4 * (18 * 18 + 54 * 54));
    try (InputMoments moments = new InputMoments(torch, Map.of("m", layer));
        Scope scope = torch.scope()) {
      assertThatThrownBy(() -> moments.of("m")).hasMessageContaining("never ran");
      moments.input("m", scope.of(new float[16], 2, 8));
      assertThat(moments.of("m").getFirst().hessians()).isEmpty();
    }
  }

  private static void check(LayerStatistics seen, float[][] rows, float[][] columns) {
    int channels = rows[0].length;
    float[] mean = new float[channels];
    float[] largest = new float[channels];
    for (float[] row : rows) {
      for (int j = 0; j < channels; j++) {
        mean[j] += row[j] / rows.length;
        largest[j] = Math.max(largest[j], Math.abs(row[j]));
      }
    }
    int n = columns[0].length;
    float[] hessian = new float[n * n];
    for (float[] column : columns) {
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          hessian[i * n + j] += column[i] * column[j];
        }
      }
    }
    assertThat(Statistics.maxRelative(mean, seen.mean())).isLessThan(1e-5);
    assertThat(seen.largest()).isEqualTo(largest);
    assertThat(Statistics.maxRelative(hessian, seen.hessians().getFirst()))
        .isLessThan(1e-5);
  }

  private static float[][] pixels(float[] x, int from, int to) {
    float[][] rows = new float[2 * 80][to - from];
    for (int i = 0; i < rows.length; i++) {
      for (int c = from; c < to; c++) {
        rows[i][c - from] = x[(i / 80 * 6 + c) * 80 + i % 80];
      }
    }
    return rows;
  }

  /** Rows of the unfolded input, columns {@code (channel, ky, kx)} as in the weight. */
  private static float[][] patches(float[] x, int from, int to, int stride) {
    int h = 8 / stride;
    int w = 10 / stride;
    float[][] rows = new float[2 * h * w][(to - from) * 9];
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < rows[i].length; k++) {
        int py = i % (h * w) / w * stride + k % 9 / 3 - 1;
        int px = i % w * stride + k % 3 - 1;
        if (py >= 0 && py < 8 && px >= 0 && px < 10) {
          rows[i][k] = x[(i / (h * w) * 6 + from + k / 9) * 80 + py * 10 + px];
        }
      }
    }
    return rows;
  }
}
