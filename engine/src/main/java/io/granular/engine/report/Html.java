package io.granular.engine.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** Pieces of an HTML page. */
final class Html {
  private Html() {}

  /** Text that shows as it is, within elements and within quoted attributes. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** A PNG as part of the page, with what it shows in words. */
  static String picture(Path png, String alternative) {
    try {
      return "<img alt=\"" + escape(alternative) + "\" src=\"data:image/png;base64,"
          + Base64.getEncoder().encodeToString(Files.readAllBytes(png)) + "\">";
    } catch (IOException e) {
      throw new UncheckedIOException("The picture " + png + " cannot be read for the report.", e);
    }
  }

  /** A table row; the first cell is its heading. Cells are HTML already. */
  static String row(String heading, List<String> cells) {
    return cells.stream()
        .map(cell -> "<td>" + cell + "</td>")
        .collect(Collectors.joining("", "<tr><th scope=\"row\">" + heading + "</th>", "</tr>\n"));
  }
}
