package io.granular.app.machine;

import io.granular.app.control.Icons;
import io.granular.app.control.Page;
import io.granular.app.fx.Listening;
import io.granular.app.text.Numbers;
import io.granular.app.text.Texts;
import io.granular.engine.studio.EngineInfo;
import io.granular.engine.studio.EngineInfo.KernelInfo;
import java.util.List;
import java.util.Objects;
import javafx.geometry.HPos;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ProgressBar;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;
import org.kordamp.ikonli.feather.Feather;

/** Processor, memory, versions, and every kernel with what its probe found. */
public final class EngineScreen {
  private final Machine machine;
  private final Texts texts;
  private final Numbers numbers;
  private final VBox body = new VBox(16);
  private final Page page;
  private @Nullable List<KernelInfo> shownKernels;
  private final GridPane facts = grid("facts", 2);

  /** Follows the machine. */
  public EngineScreen(Machine machine, Texts texts) {
    this.machine = machine;
    this.texts = texts;
    numbers = texts.numbers();
    page = new Page(texts.get("nav.engine"), texts.get("engine.subtitle"));
    page.setBody(body);
    Listening.follow(this::update, machine.info(), machine.problem());
  }

  /** The screen. */
  public Node node() {
    return page;
  }

  private void update() {
    EngineInfo info = machine.info().get();
    if (info == null) {
      String problem = machine.problem().get();
      body.getChildren().setAll(problem == null ? waiting() : new Label(problem));
      return;
    }
    showFacts(info);
    // The memory changes every few seconds; the kernels do not, and a selection should stay.
    if (!Objects.equals(shownKernels, info.kernels())) {
      shownKernels = info.kernels();
      body.getChildren()
          .setAll(card("engine.machine", facts),
              card("engine.kernels", kernels(info.kernels())));
    }
  }

  private void showFacts(EngineInfo info) {
    facts.getChildren().clear();
    fact(0, "engine.processor", info.processor());
    fact(1, "engine.threads", numbers.whole(info.threads()));
    fact(2, "engine.memory", texts.format("memory.free", numbers.bytes(info.freeMemory()),
        numbers.bytes(info.totalMemory())));
    fact(3, "engine.libtorch", info.libtorch());
    fact(4, "engine.version", info.version());
  }

  private void fact(int row, String key, String value) {
    Label name = new Label(texts.get(key));
    name.getStyleClass().add("muted");
    Label text = new Label(value);
    text.getStyleClass().add("strong");
    facts.addRow(row, name, text);
  }

  private GridPane kernels(List<KernelInfo> kernels) {
    GridPane grid = grid("network-grid", 4);
    grid.getColumnConstraints().get(2).setHalignment(HPos.RIGHT);
    grid.addRow(0, heading("engine.kernel"), heading("engine.state"), heading("engine.error"),
        heading("engine.note"));
    int row = 1;
    for (KernelInfo kernel : kernels) {
      Label state = new Label(
          texts.get(kernel.available() ? "engine.available" : "engine.missing"),
          Icons.of(kernel.available() ? Feather.CHECK : Feather.X));
      state.getStyleClass().addAll("badge", kernel.available() ? "real" : "simulated");
      Label error = new Label(Double.isNaN(kernel.relativeError())
          ? "–"
          : "%.1e".formatted(kernel.relativeError()));
      error.getStyleClass().add("muted");
      Label note = new Label(kernel.note());
      note.getStyleClass().add("muted");
      note.setWrapText(true);
      grid.addRow(row++, new Label(kernel.id()), state, error, note);
    }
    return grid;
  }

  private Label heading(String key) {
    Label label = new Label(texts.get(key));
    label.getStyleClass().add("heading");
    return label;
  }

  private VBox card(String key, Node content) {
    Label title = new Label(texts.get(key));
    title.getStyleClass().add("card-title");
    VBox card = new VBox(12, title, content);
    card.getStyleClass().add("card");
    return card;
  }

  private Node waiting() {
    ProgressBar bar = new ProgressBar();
    bar.setMaxWidth(Double.MAX_VALUE);
    Label text = new Label(texts.get("engine.asking"));
    text.getStyleClass().add("muted");
    VBox card = new VBox(12, text, bar);
    card.getStyleClass().add("card");
    return card;
  }

  private static GridPane grid(String styleClass, int columns) {
    GridPane grid = new GridPane();
    grid.getStyleClass().add(styleClass);
    for (int column = 0; column < columns; column++) {
      ColumnConstraints constraints = new ColumnConstraints();
      constraints.setHgrow(column == columns - 1 ? Priority.ALWAYS : Priority.NEVER);
      grid.getColumnConstraints().add(constraints);
    }
    return grid;
  }
}
