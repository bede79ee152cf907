package io.granular.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.app.fake.FakeEngine;
import io.granular.app.harness.Fx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Control;
import javafx.scene.control.Labeled;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.SplitPane;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessibilityTest {
  @TempDir
  Path folder;

  @Test
  void everyControlHasAName() {
    try (StudioHarness studio = new StudioHarness(new FakeEngine(), folder).opened()) {
      studio.press(KeyCode.F5);
      studio.compared();
      studio.press(KeyCode.D);
      List<String> nameless = new ArrayList<>();
      for (ScreenName screen : ScreenName.values()) {
        studio.click("#nav-" + screen.key());
        nameless.addAll(Fx.get(() -> nameless(studio.stage().getScene().getRoot())));
      }
      assertThat(nameless).isEmpty();
    }
  }

  private static List<String> nameless(Node node) {
    List<String> found = new ArrayList<>();
    if (node instanceof Control control && control.isFocusTraversable() && !named(control)) {
      found.add(control.toString());
    }
    if (node instanceof Parent parent && !(node instanceof Labeled)) {
      parent.getChildrenUnmodifiable().forEach(child -> found.addAll(nameless(child)));
    }
    return found;
  }

  private static boolean named(Control control) {
    String spoken = control.getAccessibleText();
    return control instanceof ScrollPane || control instanceof SplitPane
        || spoken != null && !spoken.isBlank()
        || control instanceof Labeled labeled && labeled.getText() != null
            && !labeled.getText().isBlank();
  }
}
