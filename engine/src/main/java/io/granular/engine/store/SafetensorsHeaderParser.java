package io.granular.engine.store;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON of a safetensors header, read as a stream: a header of 100 MB makes no tree of nodes. */
final class SafetensorsHeaderParser {
  private static final String METADATA = "__metadata__";

  private final Path file;
  private final JsonParser json;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<SafetensorsHeader.Entry> tensors = new ArrayList<>();

  /** What the header says; offsets still count from the start of the data. */
  record Parsed(Map<String, String> metadata, List<SafetensorsHeader.Entry> tensors) {}

  private SafetensorsHeaderParser(Path file, JsonParser json) {
    this.file = file;
    this.json = json;
  }

  static Parsed parse(Path file, byte[] header) {
    if (header.length == 0 || header[0] != '{') {
      throw SafetensorsHeader.damaged(file, "its header does not begin with '{'");
    }
    // A decoder of our own: Jackson would guess UTF-16 and UTF-32, and replace broken UTF-8.
    var utf8 = StandardCharsets.UTF_8.newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
    try (JsonParser json = ModelJson.factory()
        .createParser(new InputStreamReader(new ByteArrayInputStream(header), utf8))) {
      SafetensorsHeaderParser parser = new SafetensorsHeaderParser(file, json);
      parser.header();
      return new Parsed(parser.metadata, parser.tensors);
    } catch (JsonProcessingException e) {
      throw ModelJson.notJson(file, e);
    } catch (CharacterCodingException e) {
      throw SafetensorsHeader.damaged(file, "its header is not UTF-8 text");
    } catch (IOException e) {
      throw new IllegalStateException("Reading a header from memory cannot fail otherwise.", e);
    }
  }

  private void header() throws IOException {
    expect(JsonToken.START_OBJECT, "the header", json.nextToken());
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (name.equals(METADATA)) {
        metadata(value);
      } else {
        tensor(name, value);
      }
    }
    if (json.nextToken() != null) {
      throw SafetensorsHeader.damaged(file, "its header goes on after the closing brace");
    }
  }

  private void metadata(JsonToken start) throws IOException {
    expect(JsonToken.START_OBJECT, METADATA, start);
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      expect(JsonToken.VALUE_STRING, METADATA + "." + key, json.nextToken());
      metadata.put(key, json.getText());
    }
  }

  private void tensor(String name, JsonToken start) throws IOException {
    expect(JsonToken.START_OBJECT, name, start);
    SafetensorsType type = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      String where = name + "." + key;
      JsonToken value = json.nextToken();
      switch (key) {
        case "dtype" -> type = type(where, value);
        case "shape" -> shape = numbers(where, value);
        case "data_offsets" -> offsets = numbers(where, value);
        default ->
          throw SafetensorsHeader.damaged(file, "'" + where + "' is no part of the format");
      }
    }
    List<Long> range = present(name, "data_offsets", offsets);
    if (range.size() != 2 || range.get(0) > range.get(1)) {
      throw SafetensorsHeader.damaged(file, "'" + name + ".data_offsets' is " + range
          + ", not a begin and an end");
    }
    tensors.add(new SafetensorsHeader.Entry(name, present(name, "dtype", type),
        present(name, "shape", shape), range.get(0), range.get(1)));
  }

  private SafetensorsType type(String where, JsonToken value) throws IOException {
    expect(JsonToken.VALUE_STRING, where, value);
    String name = json.getText();
    return SafetensorsType.named(name)
        .orElseThrow(() -> new BadModelException(file,
            "'" + where + "' is '" + name + "', which the safetensors format does not know",
            "The file is damaged or of a newer format"));
  }

  private List<Long> numbers(String where, JsonToken start) throws IOException {
    expect(JsonToken.START_ARRAY, where, start);
    List<Long> numbers = new ArrayList<>(4);
    while (json.nextToken() != JsonToken.END_ARRAY) {
      expect(JsonToken.VALUE_NUMBER_INT, where, json.currentToken());
      long number = json.getLongValue();
      if (number < 0) {
        throw SafetensorsHeader.damaged(file,
            "'" + where + "' holds the negative number " + number);
      }
      numbers.add(number);
    }
    return List.copyOf(numbers);
  }

  private <T> T present(String name, String key, @Nullable T value) {
    if (value == null) {
      throw SafetensorsHeader.damaged(file, "'" + name + "' has no '" + key + "'");
    }
    return value;
  }

  private void expect(JsonToken wanted, String where, @Nullable JsonToken found) {
    if (found != wanted) {
      throw SafetensorsHeader.damaged(file, "'" + where + "' is not " + switch (wanted) {
        case START_OBJECT -> "an object";
        case START_ARRAY -> "a list";
        case VALUE_STRING -> "a text";
        default -> "a whole number";
      });
    }
  }
}
