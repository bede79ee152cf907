package io.granular.engine.cli;

import java.awt.GraphicsEnvironment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * The window, if one can open. The engine does not depend on the studio; whether it is installed
 * shows when its main class is looked for by name.
 */
final class Studio {
  private static final String MAIN_CLASS = "io.granular.app.Main";

  private final Properties system;
  private final Map<String, String> environment;

  Studio(Properties system, Map<String, String> environment) {
    this.system = system;
    this.environment = environment;
  }

  /** Whether there is a display and the studio is installed. */
  boolean opens() {
    return hasDisplay() && mainClass().isPresent();
  }

  /** Opens it and waits until it is closed. */
  int open() {
    try {
      Method main = mainClass().orElseThrow().getMethod("main", String[].class);
      main.invoke(null, (Object) new String[0]);
      return ExitCodes.OK;
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("The studio ended with an error.", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("The studio's installation is damaged; install it again.", e);
    }
  }

  boolean hasDisplay() {
    String os = system.getProperty("os.name");
    boolean windowSystem = os.startsWith("Windows") || os.startsWith("Mac");
    return windowSystem
        ? !GraphicsEnvironment.isHeadless()
        : isSet("DISPLAY") || isSet("WAYLAND_DISPLAY");
  }

  private boolean isSet(String name) {
    return !environment.getOrDefault(name, "").isBlank();
  }

  private static Optional<Class<?>> mainClass() {
    try {
      return Optional.of(Class.forName(MAIN_CLASS));
    } catch (ClassNotFoundException e) {
      return Optional.empty();
    }
  }
}
