package io.granular.engine.studio.protocol;

import io.granular.engine.run.RunProgress;
import org.eclipse.lsp4j.jsonrpc.services.JsonNotification;

/** What a worker reports while it works. Its log is its standard error. */
public interface WorkerEvents {
  /** Run {@code id} has come this far; none is sent after the run's answer. */
  @JsonNotification
  void progress(long id, RunProgress progress);
}
