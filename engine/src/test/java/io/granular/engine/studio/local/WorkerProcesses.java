package io.granular.engine.studio.local;

import java.util.List;
import java.util.stream.Stream;

/** The worker processes of this test process. */
final class WorkerProcesses {
  private WorkerProcesses() {}

  static ProcessHandle only() {
    List<ProcessHandle> all = all().toList();
    if (all.size() != 1) {
      throw new AssertionError("not one worker: " + all);
    }
    return all.getFirst();
  }

  static Stream<ProcessHandle> all() {
    return ProcessHandle.current()
        .children()
        .filter(ProcessHandle::isAlive)
        .filter(child -> String.join(" ", child.info().arguments().orElse(new String[0]))
            .contains(TestEngines.WORKER));
  }
}
