package io.granular.app;

import io.granular.app.control.MemoryBar;
import io.granular.app.fx.Listening;
import io.granular.app.machine.Machine;
import io.granular.app.session.Session;
import io.granular.app.session.Side;
import io.granular.app.session.SideRun;
import io.granular.app.text.Numbers;
import io.granular.app.text.Texts;
import io.granular.engine.run.RunResult;
import io.granular.engine.studio.EngineInfo;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** What the last run of each side held in memory, to one scale, and what the machine has free. */
final class StatusBar extends HBox {
  private static final List<String> PARTS =
      List.of("weights", "scales", "activations", "runtime");

  private final Session session;
  private final Machine machine;
  private final Texts texts;
  private final Numbers numbers;
  private final Map<Side, Row> rows = new EnumMap<>(Side.class);
  private final Label free = new Label();

  private record Row(HBox box, MemoryBar bar, Label total, Tooltip tooltip) {}

  StatusBar(Session session, Machine machine, Texts texts) {
    this.session = session;
    this.machine = machine;
    this.texts = texts;
    numbers = texts.numbers();
    getStyleClass().add("status-bar");
    setAlignment(Pos.CENTER_LEFT);
    Label title = new Label(texts.get("memory.title"));
    title.getStyleClass().add("muted");
    title.setMinWidth(USE_PREF_SIZE);
    VBox bars = new VBox(4);
    bars.setAlignment(Pos.CENTER_LEFT);
    for (Side side : Side.values()) {
      Row row = row(side);
      rows.put(side, row);
      bars.getChildren().add(row.box());
    }
    HBox.setHgrow(bars, Priority.ALWAYS);
    HBox legend = new HBox(12);
    legend.setAlignment(Pos.CENTER);
    PARTS.forEach(part -> legend.getChildren().add(key(part)));
    free.getStyleClass().add("muted");
    free.setMinWidth(USE_PREF_SIZE);
    getChildren().addAll(title, bars, legend, free);
    Listening.follow(this::update, session.side(Side.A).shown(), session.side(Side.B).shown(),
        machine.info());
  }

  private void update() {
    long largest = 0;
    for (Side side : Side.values()) {
      SideRun run = session.side(side).shown().get();
      largest = Math.max(largest, run == null ? 0 : run.result().memory().peakRss());
    }
    for (Map.Entry<Side, Row> entry : rows.entrySet()) {
      show(entry.getValue(), session.side(entry.getKey()).shown().get(), largest);
    }
    EngineInfo info = machine.info().get();
    free.setText(info == null ? ""
        : texts.format("memory.free",
            numbers.bytes(info.freeMemory()), numbers.bytes(info.totalMemory())));
  }

  private void show(Row row, @Nullable SideRun run, long largest) {
    if (run == null) {
      row.bar().show(List.of(), 1);
      row.total().setText("–");
      row.tooltip().setText(texts.get("memory.none"));
      return;
    }
    RunResult.Memory memory = run.result().memory();
    row.bar()
        .show(List.of(new MemoryBar.Part("weights", memory.weights()),
            new MemoryBar.Part("scales", memory.scales()),
            new MemoryBar.Part("activations", memory.activationsPeak()),
            new MemoryBar.Part("runtime", memory.baselineRss())), largest);
    row.total().setText(numbers.bytes(memory.peakRss()));
    row.tooltip()
        .setText(texts.format("memory.detail", numbers.bytes(memory.weights()),
            numbers.bytes(memory.scales()), numbers.bytes(memory.activationsPeak()),
            numbers.bytes(memory.baselineRss()), numbers.bytes(memory.peakRss())));
  }

  private Row row(Side side) {
    Label letter = new Label(side.name());
    letter.getStyleClass().addAll("memory-side", "side-" + side.name().toLowerCase(Locale.ROOT));
    letter.setMinWidth(12);
    MemoryBar bar = new MemoryBar();
    bar.setAccessibleText(texts.format("memory.accessible", side.name()));
    HBox.setHgrow(bar, Priority.ALWAYS);
    Label total = new Label();
    total.getStyleClass().add("memory-total");
    total.setMinWidth(64);
    total.setAlignment(Pos.CENTER_RIGHT);
    Tooltip tooltip = new Tooltip();
    HBox box = new HBox(8, letter, bar, total);
    box.setAlignment(Pos.CENTER_LEFT);
    Tooltip.install(box, tooltip);
    return new Row(box, bar, total, tooltip);
  }

  private Label key(String part) {
    Region dot = new Region();
    dot.getStyleClass().addAll("legend-dot", part);
    Label label = new Label(texts.get("memory." + part), dot);
    label.setMinWidth(USE_PREF_SIZE);
    label.setTooltip(new Tooltip(texts.get("memory." + part + ".hint")));
    return label;
  }
}
