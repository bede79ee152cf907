package io.granular.app.modules;

import io.granular.app.edit.Draft;
import io.granular.app.edit.Field;
import io.granular.app.fx.Background;
import io.granular.app.fx.Latest;
import io.granular.app.fx.Listening;
import io.granular.app.text.Numbers;
import io.granular.app.text.Texts;
import io.granular.engine.studio.Engine;
import io.granular.engine.studio.ModuleWeights;
import java.util.List;
import java.util.Objects;
import javafx.scene.control.Label;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** The stored weights of the one selected module. */
final class WeightsCard extends VBox {
  private final ModulesModel model;
  private final Engine engine;
  private final Latest latest;
  private final Texts texts;
  private final Numbers numbers;
  private final WeightChart chart = new WeightChart();
  private final ChannelChart channels = new ChannelChart(this::point);
  private final Label moments = CardLabels.caption("weight-moments");
  private final Label channel = CardLabels.caption("weight-channel");
  private @Nullable ModuleWeights shown;
  private String asked = "";
  private String askedOf = "";

  WeightsCard(ModulesModel model, Engine engine, Background background, Texts texts) {
    super(4);
    this.model = model;
    this.engine = engine;
    this.texts = texts;
    numbers = texts.numbers();
    latest = new Latest(background);
    moments.setWrapText(true);
    channel.setWrapText(true);
    getChildren().addAll(CardLabels.heading(texts.get("inspector.weights")), chart, moments,
        CardLabels.heading(texts.get("inspector.channels")), channels, channel);
    managedProperty().bind(visibleProperty());
    Listening.follow(this::ask, model.selection());
  }

  private void ask() {
    List<ModuleRow> selected = model.selection().get();
    String module = selected.size() == 1 ? selected.getFirst().path() : "";
    setVisible(!module.isEmpty());
    String opened = model.session().model(model.side().get());
    if (module.equals(asked) && opened.equals(askedOf)) {
      return;
    }
    asked = module;
    askedOf = opened;
    show(null);
    if (module.isEmpty()) {
      latest.forget();
      return;
    }
    moments.setText(texts.get("inspector.reading"));
    latest.submit(() -> engine.moduleWeights(opened, module), weights -> {
      if (module.equals(asked) && opened.equals(askedOf)) {
        show(weights);
      }
    }, problem -> {
      if (module.equals(asked) && opened.equals(askedOf)) {
        moments.setText(Objects.requireNonNullElse(problem.getMessage(), problem.toString()));
      }
    });
  }

  private void show(@Nullable ModuleWeights weights) {
    shown = weights;
    chart.show(weights);
    channels.show(weights == null ? new double[0] : weights.channelMax());
    moments.setText(weights == null ? ""
        : texts.format("inspector.moments", small(weights.min()), small(weights.max()),
            small(weights.mean()), small(weights.std()), weights.dtype()));
    point(-1);
  }

  private void point(int index) {
    ModuleWeights weights = shown;
    if (weights == null) {
      channel.setText("");
    } else if (index < 0) {
      channel.setText(texts.format("inspector.channels.count",
          numbers.whole(weights.channelMax().length)));
    } else {
      double most = weights.channelMax()[index];
      double scale = scale(weights.module(), most);
      channel.setText(Double.isNaN(scale)
          ? texts.format("inspector.channel", index, small(most))
          : texts.format("inspector.channel.scale", index, small(most), small(scale)));
    }
  }

  /** Symmetric per channel: {@code max|w| / ((2^bits - 1) / 2)}; NaN for any other scheme. */
  private double scale(String module, double most) {
    Draft draft = model.editor().draft().get();
    boolean proportional = draft != null
        && draft.value(module, Field.GRANULARITY).equals("per_axis")
        && draft.value(module, Field.MAPPING).equals("symmetric");
    if (draft == null || !proportional) {
      return Double.NaN;
    }
    int bits = Integer.parseInt(draft.value(module, Field.WEIGHTS).substring(3));
    return most / (((1 << bits) - 1) / 2.0);
  }

  private String small(double value) {
    double size = Math.abs(value);
    return size == 0 || size >= 0.001
        ? numbers.fixed(value, size >= 10 ? 1 : size >= 1 ? 2 : 4)
        : numbers.scientific(value);
  }
}
