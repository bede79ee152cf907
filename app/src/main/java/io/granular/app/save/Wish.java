package io.granular.app.save;

import io.granular.app.fx.Background;
import io.granular.app.fx.Latest;
import io.granular.engine.save.OnnxForm;
import io.granular.engine.save.SaveFormat;
import io.granular.engine.save.SaveOptions;
import io.granular.engine.save.SaveOptions.GgufLayout;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;

/** What a person wants to save, and where. JavaFX thread only. */
final class Wish {
  private static final Path HOME = Path.of(System.getProperty("user.home", ""));

  private final ObjectProperty<SaveFormat> format =
      new SimpleObjectProperty<>(SaveFormat.SAFETENSORS);
  private final BooleanProperty keepConvolutions = new SimpleBooleanProperty();
  private final BooleanProperty unetOnly = new SimpleBooleanProperty();
  private final BooleanProperty calibrationCache = new SimpleBooleanProperty();
  private final StringProperty path = new SimpleStringProperty("");
  private final BooleanProperty replace = new SimpleBooleanProperty();
  private final ReadOnlyBooleanWrapper taken = new ReadOnlyBooleanWrapper();
  private final Latest looking;
  private String suggested = "";

  Wish(Background background) {
    looking = new Latest(background);
    format.subscribe((_, now) -> path.set(Place.fitting(path.get().strip(), now)));
    path.subscribe((_, _) -> {
      replace.set(false);
      look();
    });
  }

  ObjectProperty<SaveFormat> format() {
    return format;
  }

  /** GGUF: convolutions in 16 bits. */
  BooleanProperty keepConvolutions() {
    return keepConvolutions;
  }

  /** GGUF: nothing but the U-Net. */
  BooleanProperty unetOnly() {
    return unetOnly;
  }

  /** ONNX: floats and a calibration cache. */
  BooleanProperty calibrationCache() {
    return calibrationCache;
  }

  /** The file or folder to make, as typed. */
  StringProperty path() {
    return path;
  }

  /** Whether what is there may be replaced. */
  BooleanProperty replace() {
    return replace;
  }

  /** Whether something is there. */
  ReadOnlyBooleanProperty taken() {
    return taken.getReadOnlyProperty();
  }

  /** The choices that belong to the format. */
  SaveOptions options() {
    SaveOptions usual = SaveOptions.USUAL;
    boolean gguf = format.get() == SaveFormat.GGUF;
    boolean onnx = format.get() == SaveFormat.ONNX;
    return new SaveOptions(gguf && unetOnly.get() ? GgufLayout.UNET : GgufLayout.FULL,
        gguf && keepConvolutions.get(),
        onnx && calibrationCache.get() ? OnnxForm.CACHE : OnnxForm.QDQ, usual.checkSeed(),
        usual.checkSteps());
  }

  /** Names a place after what is saved, unless a person named one. */
  void suggest(String model, String recipe) {
    String now = path.get();
    if (now.isBlank() || now.equals(Place.fitting(suggested, format.get()))) {
      suggested = Place.suggested(HOME, model, recipe, format.get()).toString();
      path.set(suggested);
    }
    look();
  }

  /** Whether it can be saved there. */
  boolean placed() {
    return place().isPresent() && path.get().strip().endsWith(format.get().extension())
        && (!taken.get() || replace.get());
  }

  /** Looks whether something is there. */
  void look() {
    SaveFormat wanted = format.get();
    Optional<Path> place = place();
    if (place.isEmpty()) {
      taken.set(false);
      return;
    }
    String asked = path.get();
    looking.submit(() -> Place.taken(place.orElseThrow(), wanted), found -> {
      if (asked.equals(path.get())) {
        taken.set(found);
      }
      // What cannot be looked into is there.
    }, _ -> taken.set(true));
  }

  private Optional<Path> place() {
    try {
      return path.get().isBlank() ? Optional.empty()
          : Optional.of(Path.of(path.get().strip()).toAbsolutePath());
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
