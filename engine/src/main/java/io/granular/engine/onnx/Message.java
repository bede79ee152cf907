package io.granular.engine.onnx;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.granular.engine.store.NamedTensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A message of protocol buffers, field by field. Its size is known before its content is made, so that tensors are streamed
 * through it and never held.
 */
final class Message {
  private final List<Field> fields = new ArrayList<>();
  private long size;

  /** Writes one field. */
  @FunctionalInterface
  private interface Field {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  /** Adds a number. */
  Message number(int field, long value) {
    return add(CodedOutputStream.computeInt64Size(field, value),
        out -> out.writeInt64(field, value));
  }

  /** Adds numbers of a repeated field. */
  Message numbers(int field, List<Long> values) {
    values.forEach(value -> number(field, value));
    return this;
  }

  /** Adds a 32-bit float. */
  Message real(int field, float value) {
    return add(CodedOutputStream.computeFloatSize(field, value),
        out -> out.writeFloat(field, value));
  }

  /** Adds a text. */
  Message text(int field, String value) {
    return add(CodedOutputStream.computeStringSize(field, value),
        out -> out.writeString(field, value));
  }

  /** Adds texts of a repeated field. */
  Message texts(int field, List<String> values) {
    values.forEach(value -> text(field, value));
    return this;
  }

  /** Adds a message, which must be complete. */
  Message message(int field, Message value) {
    return add(head(field, value.size) + value.size, out -> {
      writeHead(out, field, value.size);
      value.writeTo(out);
    });
  }

  /**
   * Adds bytes that are made while writing.
   *
   * @param bytes how many there will be
   */
  Message content(int field, long bytes, NamedTensor.Content content) {
    return add(head(field, bytes) + bytes, out -> {
      writeHead(out, field, bytes);
      long[] written = {0};
      content.writeTo(chunk -> {
        written[0] += chunk.remaining();
        out.writeRawBytes(chunk);
      });
      if (written[0] != bytes) {
        throw new IllegalStateException(
            "a tensor of " + bytes + " bytes gave " + written[0]);
      }
    });
  }

  /** Bytes of all fields. */
  long size() {
    return size;
  }

  /** Writes all fields. */
  void writeTo(CodedOutputStream out) throws IOException {
    for (Field field : fields) {
      field.writeTo(out);
    }
  }

  private Message add(long bytes, Field field) {
    size = Math.addExact(size, bytes);
    fields.add(field);
    return this;
  }

  private static long head(int field, long bytes) {
    return CodedOutputStream.computeTagSize(field)
        + (long) CodedOutputStream.computeUInt64SizeNoTag(bytes);
  }

  private static void writeHead(CodedOutputStream out, int field, long bytes) throws IOException {
    out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt64NoTag(bytes);
  }
}
