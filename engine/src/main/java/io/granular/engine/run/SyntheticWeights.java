package io.granular.engine.run;

import io.granular.engine.network.Graph;
import io.granular.engine.network.Node;
import io.granular.engine.network.Parameter;
import io.granular.engine.store.TensorInfo;
import io.granular.engine.store.TensorSource;
import io.granular.engine.torch.ScalarType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.NoSuchElementException;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.SplittableRandom;

/**
 * Made-up weights of a network, for timing: the same for the same graph, of a size that keeps activations in range,
 * made anew each time they are asked for.
 */
final class SyntheticWeights implements TensorSource {
  private final SequencedMap<String, TensorInfo> tensors = new LinkedHashMap<>();

  /** @param graphs whose parameters are wanted, e.g. both halves of an autoencoder */
  SyntheticWeights(Collection<Graph> graphs) {
    for (Graph graph : graphs) {
      for (Node node : graph.modules().values()) {
        for (Parameter parameter : node.op().parameters()) {
          String name = node.module() + "." + parameter.name();
          tensors.put(name, new TensorInfo(name, ScalarType.F32, parameter.shape()));
        }
      }
    }
  }

  @Override
  public SequencedSet<String> names() {
    return tensors.sequencedKeySet();
  }

  @Override
  public TensorInfo info(String name) {
    TensorInfo info = tensors.get(name);
    if (info == null) {
      throw new NoSuchElementException("the synthetic network has no " + name);
    }
    return info;
  }

  @Override
  public MemorySegment data(String name) {
    TensorInfo info = info(name);
    MemorySegment data = Arena.ofAuto().allocate(info.bytes(), 64);
    long rows = info.shape().getFirst();
    float spread = (float) Math.sqrt(3.0 * rows / info.elements());
    SplittableRandom random = new SplittableRandom(name.hashCode());
    boolean norm = info.shape().size() == 1 && name.endsWith(".weight");
    for (long i = 0; i < info.elements(); i++) {
      float value =
          norm ? 1 : (random.nextFloat() * 2 - 1) * (info.shape().size() == 1 ? 0.01f : spread);
      data.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
    }
    return data;
  }

  @Override
  public void close() {}
}
