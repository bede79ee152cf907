package io.granular.engine.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Names of a comparison's sides: the id of its recipe or the name of its file or folder, each once. */
final class SideNames {
  private static final Pattern EXTENSION = Pattern.compile("\\.json$", Pattern.CASE_INSENSITIVE);
  private static final Pattern UNUSUAL = Pattern.compile("[^A-Za-z0-9._-]+");

  private SideNames() {}

  static List<String> of(List<String> sides) {
    List<String> names = new ArrayList<>();
    for (String side : sides) {
      String base =
          EXTENSION
              .matcher(String.valueOf(Path.of(side).toAbsolutePath().normalize().getFileName()))
              .replaceFirst("");
      String name = base;
      for (int n = 2; names.contains(name); n++) {
        name = base + " " + n;
      }
      names.add(name);
    }
    return names;
  }

  /** The name as part of a file's name on every system. */
  static String fileName(String name) {
    return UNUSUAL.matcher(name).replaceAll("-");
  }
}
