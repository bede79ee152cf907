package io.granular.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import org.junit.jupiter.api.Test;

class JavaHeapTest {
  @Test
  void arraysNobodyHoldsGoOnceThereAreMany() {
    JavaHeap heap = new JavaHeap();
    heap.collect();
    WeakReference<byte[]> gone = new WeakReference<>(new byte[(int) JavaHeap.ROOM / 2]);
    byte[] kept = new byte[(int) JavaHeap.ROOM];

    heap.tidy();

    assertThat(gone.get()).isNull();
    assertThat(kept).hasSize((int) JavaHeap.ROOM);
  }
}
