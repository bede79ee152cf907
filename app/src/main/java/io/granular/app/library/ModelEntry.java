package io.granular.app.library;

import io.granular.app.session.Session;
import io.granular.engine.studio.ModelInfo;
import java.nio.file.Path;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/** One model of the library. JavaFX thread only. */
public final class ModelEntry {
  private final String model;
  private final ReadOnlyObjectWrapper<ModelState> state =
      new ReadOnlyObjectWrapper<>(new ModelState.Opening());

  ModelEntry(String model) {
    this.model = model;
  }

  /** {@code demo}, a folder or a file. */
  public String model() {
    return model;
  }

  /** What is known about it. */
  public ReadOnlyObjectProperty<ModelState> state() {
    return state.getReadOnlyProperty();
  }

  void state(ModelState value) {
    state.set(value);
  }

  /** Whether it comes with the product. */
  public boolean bundled() {
    return model.equals(Session.DEMO);
  }

  /** Its name as a person reads it: the model's own, or the last part of its path. */
  public String name() {
    if (state.get() instanceof ModelState.Opened(ModelInfo info)) {
      return info.name();
    }
    if (bundled()) {
      return model;
    }
    Path file = Path.of(model).getFileName();
    return file == null ? model : file.toString();
  }
}
