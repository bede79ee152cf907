package io.granular.engine.onnx;

import java.util.List;

/** What parameterises a node. */
sealed interface Attribute {
  String name();

  /** A whole number. */
  record Whole(String name, long value) implements Attribute {}

  /** A float. */
  record Real(String name, float value) implements Attribute {}

  /** Whole numbers. */
  record Wholes(String name, List<Long> values) implements Attribute {}

  /** A text. */
  record Text(String name, String value) implements Attribute {}

  static Attribute of(String name, long value) {
    return new Whole(name, value);
  }

  static Attribute of(String name, float value) {
    return new Real(name, value);
  }

  static Attribute of(String name, String value) {
    return new Text(name, value);
  }

  static Attribute of(String name, List<Long> values) {
    return new Wholes(name, List.copyOf(values));
  }

  /** As an {@code AttributeProto}: name 1, f 2, i 3, s 4, ints 8, type 20. */
  default Message message() {
    Message message = new Message().text(1, name());
    return switch (this) {
      case Real(_, float value) -> message.real(2, value).number(20, 1);
      case Whole(_, long value) -> message.number(3, value).number(20, 2);
      case Text(_, String value) -> message.text(4, value).number(20, 3);
      case Wholes(_, List<Long> values) -> message.numbers(8, values).number(20, 7);
    };
  }
}
