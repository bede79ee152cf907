package io.granular.app.train;

import atlantafx.base.controls.Spacer;
import io.granular.app.fx.Background;
import io.granular.app.fx.Latest;
import io.granular.app.picture.Picture;
import io.granular.app.text.Texts;
import io.granular.engine.metric.PictureMetrics;
import io.granular.engine.run.RunProgress.Pictures;
import java.util.List;
import java.util.Objects;
import javafx.collections.ObservableList;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.control.Slider;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** The student's picture beside the teacher's, from the same noise, and how it became like it. */
final class PreviewCard extends VBox {
  /** Sides of the smallest and the largest picture: twice the bundled model's. */
  static final double LEAST = 160;
  static final double MOST = 256;
  private static final double GAP = 12;
  private static final double AROUND = 32;

  private final ObservableList<Pictures> pictures;
  private final Texts texts;
  private final Latest reading;
  private final PicturePane student;
  private final PicturePane teacher;
  private final Label studentWords = caption("train-student");
  private final Label teacherWords = caption("train-teacher");
  private final Label likeness = caption("train-likeness");
  private final Slider slider = new Slider();
  private final VBox shown;
  private final Label empty = new Label();

  /** Both, decoded. */
  private record Pair(Picture student, Picture teacher, @Nullable PictureMetrics metrics) {}

  PreviewCard(ObservableList<Pictures> pictures, Background background, Texts texts) {
    super(8);
    this.pictures = pictures;
    this.texts = texts;
    reading = new Latest(background);
    getStyleClass().addAll("card", "preview-card");
    student = new PicturePane(texts.get("train.preview.student"));
    teacher = new PicturePane(texts.get("train.preview.teacher"));
    teacherWords.setText(texts.get("train.preview.teacher"));
    likeness.setText("");
    Label title = new Label(texts.get("train.preview"));
    title.getStyleClass().add("card-title");
    slider.setId("train-preview-slider");
    slider.getStyleClass().add("small");
    slider.setAccessibleText(texts.get("train.preview.slider"));
    slider.setMajorTickUnit(1);
    slider.setMinorTickCount(0);
    slider.setSnapToTicks(true);
    slider.setBlockIncrement(1);
    HBox.setHgrow(slider, Priority.ALWAYS);
    slider.managedProperty().bind(slider.visibleProperty());
    HBox both =
        new HBox(GAP, column(student, studentWords), column(teacher, teacherWords));
    shown = new VBox(8, both, slider);
    empty.getStyleClass().add("muted");
    empty.setWrapText(true);
    empty.setMinHeight(USE_PREF_SIZE);
    for (var part : List.of(shown, empty)) {
      part.managedProperty().bind(part.visibleProperty());
    }
    HBox heading = new HBox(8, title, new Spacer(), likeness);
    heading.setAlignment(Pos.CENTER_LEFT);
    getChildren().addAll(heading, shown, empty);
    resizeTo(LEAST);
    expect(true);
    pictures.subscribe(this::grow);
    slider.valueProperty().subscribe(this::read);
    grow();
  }

  /** Says what to expect while there is no picture: that one comes, or that none was drawn. */
  void expect(boolean more) {
    empty.setText(texts.get(more ? "train.preview.empty" : "train.preview.none"));
  }

  /** The size of pictures in a card of that width. */
  static double sizeWithin(double width) {
    return Math.floor((width - GAP - AROUND) / 2);
  }

  /** Gives each picture another size; the card is as wide as both. */
  void resizeTo(double size) {
    student.resizeTo(size);
    teacher.resizeTo(size);
    double width = 2 * size + GAP + AROUND;
    setMinWidth(width);
    setPrefWidth(width);
    setMaxWidth(width);
  }

  private static VBox column(PicturePane picture, Label words) {
    VBox column = new VBox(4, picture, words);
    column.setAlignment(Pos.CENTER_LEFT);
    return column;
  }

  /** The newest picture, unless somebody looks at an earlier one. */
  private void grow() {
    boolean any = !pictures.isEmpty();
    shown.setVisible(any);
    empty.setVisible(!any);
    likeness.setVisible(any);
    if (!any) {
      reading.forget();
      slider.setMax(0);
      student.show(null);
      teacher.show(null);
      return;
    }
    boolean newest = slider.getValue() >= slider.getMax();
    slider.setMax(pictures.size() - 1);
    slider.setVisible(pictures.size() > 1);
    if (newest) {
      slider.setValue(pictures.size() - 1);
    }
    read();
  }

  private void read() {
    int index = (int) Math.round(slider.getValue());
    if (index >= pictures.size()) {
      return;
    }
    Pictures wanted = pictures.get(index);
    reading.submit(() -> {
      Picture made = Picture.read(wanted.student());
      Picture like = Picture.read(wanted.teacher());
      return new Pair(made, like,
          made.sameSize(like) ? PictureMetrics.compare(like.rgb(), made.rgb()) : null);
    }, pair -> {
      student.show(pair.student.image());
      teacher.show(pair.teacher.image());
      studentWords.setText(wanted.step() == 0
          ? texts.get("train.preview.untrained")
          : texts.format("train.preview.step", texts.numbers().whole(wanted.step())));
      likeness.setText(pair.metrics == null || !Double.isFinite(pair.metrics.psnr()) ? ""
          : texts.format("train.preview.psnr", texts.numbers().fixed(pair.metrics.psnr(), 1)));
    }, problem -> {
      student.show(null);
      studentWords.setText(Objects.requireNonNullElse(problem.getMessage(), problem.toString()));
    });
  }

  private static Label caption(String id) {
    Label label = new Label();
    label.setId(id);
    label.getStyleClass().addAll("muted", "caption");
    return label;
  }
}
