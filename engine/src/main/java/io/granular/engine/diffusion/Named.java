package io.granular.engine.diffusion;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** A choice with the name people type; the names are part of the command line. */
public interface Named {
  /** The name as typed. */
  String id();

  /** The choice of that name, if there is one. */
  static <E extends Enum<E> & Named> Optional<E> find(Class<E> type, String id) {
    return Arrays.stream(type.getEnumConstants()).filter(e -> e.id().equals(id)).findFirst();
  }

  /** All names, separated by commas, for messages. */
  static <E extends Enum<E> & Named> String list(Class<E> type) {
    return Arrays.stream(type.getEnumConstants()).map(Named::id).collect(Collectors.joining(", "));
  }

  /**
   * The choice of that name.
   *
   * @param what what is being chosen, for the message
   * @throws IllegalArgumentException if there is none
   */
  static <E extends Enum<E> & Named> E parse(Class<E> type, String what, String id) {
    return find(type, id).orElseThrow(() -> new IllegalArgumentException(
        "There is no " + what + " \"" + id + "\"; choose one of " + list(type) + "."));
  }
}
