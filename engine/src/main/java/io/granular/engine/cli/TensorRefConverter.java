package io.granular.engine.cli;

import io.granular.engine.run.RunRequest.TensorRef;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code FILE[:KEY]}; a colon that belongs to the file's own name is understood. */
final class TensorRefConverter implements ITypeConverter<TensorRef> {
  @Override
  public TensorRef convert(String value) {
    if (isFile(value)) {
      return reference(value, null);
    }
    int colon = value.lastIndexOf(':');
    if (colon > 0 && colon < value.length() - 1 && isFile(value.substring(0, colon))) {
      return reference(value.substring(0, colon), value.substring(colon + 1));
    }
    throw new TypeConversionException("there is no file '"
        + (colon > 1 ? value.substring(0, colon) : value) + "'; write FILE or FILE:KEY");
  }

  private static boolean isFile(String path) {
    try {
      return Files.isRegularFile(Path.of(path));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static TensorRef reference(String file, @Nullable String key) {
    return new TensorRef(Path.of(file), key);
  }
}
