package io.granular.app.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.granular.app.harness.Fx;
import javafx.event.ActionEvent;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import org.junit.jupiter.api.Test;

class NumberFieldTest {
  private final NumberField field = Fx.get(() -> {
    NumberField created =
        new NumberField(1, 200, 1, value -> String.valueOf(Math.round(value)));
    created.setFallback(20);
    return created;
  });

  @Test
  void emptyMeansTheFallback() {
    Fx.run(() -> {
      assertThat(field.value().get()).isNull();
      assertThat(field.getPromptText()).isEqualTo("20");
      enter("7");
      assertThat(field.value().get()).isEqualTo(7);
      enter(" ");
      assertThat(field.value().get()).isNull();
    });
  }

  @Test
  void whatIsNoSuchNumberIsMarkedAndTakenBack() {
    Fx.run(() -> {
      enter("7");
      for (String wrong : new String[]{"0", "201", "x", "1e9", "NaN"}) {
        field.setText(wrong);
        assertThat(field.getPseudoClassStates()).as(wrong)
            .anyMatch(state -> state
                .getPseudoClassName()
                .equals("danger"));
        enter(wrong);
        assertThat(field.getText()).isEqualTo("7");
        assertThat(field.value().get()).isEqualTo(7);
      }
    });
  }

  @Test
  void arrowsStepFromTheFallbackAndStopAtTheEnds() {
    Fx.run(() -> {
      key(KeyCode.UP);
      assertThat(field.value().get()).isEqualTo(21);
      enter("1");
      key(KeyCode.DOWN);
      assertThat(field.value().get()).isEqualTo(1);
    });
  }

  private void enter(String text) {
    field.setText(text);
    field.fireEvent(new ActionEvent());
  }

  private void key(KeyCode code) {
    field.fireEvent(new KeyEvent(KeyEvent.KEY_PRESSED, "", "", code, false, false, false, false));
  }
}
