package io.granular.engine.studio.local;

import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.PipelineGraphs;
import io.granular.engine.store.Float32;
import io.granular.engine.store.ModelSource;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.store.TensorSource;
import io.granular.engine.studio.ModuleWeights;
import java.lang.foreign.MemorySegment;
import java.util.NoSuchElementException;

/** Reads one weight in chunks, once for its extent and moments and once for its histogram. */
final class WeightSurvey {
  private static final int CHUNK = 1 << 16;

  private final TensorInfo info;
  private final MemorySegment data;
  private final long perChannel;
  private final double[] channelMax;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;
  private double sum;

  private WeightSurvey(TensorInfo info, MemorySegment data) {
    this.info = info;
    this.data = data;
    int channels = info.shape().isEmpty() ? 1 : Math.toIntExact(info.shape().getFirst());
    channelMax = new double[channels];
    perChannel = Math.max(1, info.elements() / Math.max(1, channels));
  }

  /**
   * Surveys a module's weight, the first of its parameters.
   *
   * @throws NoSuchElementException if the pipeline has no such module
   */
  static ModuleWeights of(ModelSource source, PipelineGraphs graphs, String module) {
    for (Graph graph : graphs.networks().values()) {
      for (Node node : graph.modules().values()) {
        if (PipelineGraphs.moduleName(graph.name(), node.module()).equals(module)) {
          TensorSource tensors =
              source.component(PipelineGraphs.component(graph.name())).tensors();
          String weight =
              node.module() + "." + node.op().parameters().getFirst().name();
          return new WeightSurvey(tensors.info(weight), tensors.data(weight)).survey(module);
        }
      }
    }
    throw new NoSuchElementException(
        source.path() + " has no module '" + module + "'; 'granular info' lists them.");
  }

  private ModuleWeights survey(String module) {
    long count = info.elements();
    if (count == 0) {
      throw new IllegalArgumentException(info + " holds no numbers.");
    }
    forEachChunk(this::extent);
    if (!Double.isFinite(sum)) {
      throw new IllegalArgumentException(
          info + " holds numbers that are not finite; the file is damaged or badly converted.");
    }
    double mean = sum / count;
    long[] histogram = new long[ModuleWeights.BINS];
    double[] squares = new double[1];
    double scale = max > min ? ModuleWeights.BINS / (max - min) : 0;
    forEachChunk((values, length, _) -> {
      for (int i = 0; i < length; i++) {
        double d = values[i] - mean;
        squares[0] += d * d;
        int bin = (int) ((values[i] - min) * scale);
        histogram[Math.min(bin, ModuleWeights.BINS - 1)]++;
      }
    });
    return new ModuleWeights(module, info.shape(), info.dtype().name(), count, min, max, mean,
        Math.sqrt(squares[0] / count), histogram, channelMax);
  }

  private void extent(float[] values, int length, long first) {
    for (int i = 0; i < length; i++) {
      float value = values[i];
      min = Math.min(min, value);
      max = Math.max(max, value);
      sum += value;
      int channel = (int) ((first + i) / perChannel);
      channelMax[channel] = Math.max(channelMax[channel], Math.abs(value));
    }
  }

  private interface Chunk {
    void take(float[] values, int length, long first);
  }

  private void forEachChunk(Chunk chunk) {
    float[] values = new float[(int) Math.min(CHUNK, info.elements())];
    for (long first = 0; first < info.elements(); first += values.length) {
      int length = (int) Math.min(values.length, info.elements() - first);
      Float32.read(info.dtype(), data, first, values, 0, length);
      chunk.take(values, length, first);
    }
  }
}
