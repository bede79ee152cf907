package io.granular.engine.worker;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.stream.LongStream;

/** Calls functions of the operating system that take and return integers. */
final class Native {
  private Native() {}

  /**
   * Calls {@code name}. Integers and pointers of any width travel in whole registers on every
   * 64-bit system, so all are passed as {@code long}.
   *
   * @return the low 32 bits of what it returned
   * @throws IllegalStateException if there is no such function or Java may not call it
   */
  static int call(SymbolLookup library, String name, long... arguments) {
    ValueLayout[] layouts = new ValueLayout[arguments.length];
    Arrays.fill(layouts, ValueLayout.JAVA_LONG);
    try {
      MethodHandle function = Linker.nativeLinker()
          .downcallHandle(library.findOrThrow(name),
              FunctionDescriptor.of(ValueLayout.JAVA_LONG, layouts));
      Object result = function.invokeWithArguments(LongStream.of(arguments).boxed().toList());
      return ((Long) result).intValue();
    } catch (Throwable e) {
      throw new IllegalStateException("The system's function " + name
          + " cannot be called. Start Java with --enable-native-access=ALL-UNNAMED.", e);
    }
  }

  /** The C library. */
  static SymbolLookup c() {
    return Linker.nativeLinker().defaultLookup();
  }

  static boolean isWindows() {
    return System.getProperty("os.name").startsWith("Windows");
  }
}
