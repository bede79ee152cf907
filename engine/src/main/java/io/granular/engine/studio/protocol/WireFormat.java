package io.granular.engine.studio.protocol;

import com.google.gson.GsonBuilder;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import io.granular.engine.studio.AnalysisOutcome;
import io.granular.engine.studio.CalibrationOutcome;
import io.granular.engine.studio.RunOutcome;
import io.granular.engine.studio.TrainingOutcome;
import io.granular.engine.train.Objective;
import io.granular.engine.train.Trained;
import java.io.IOException;
import java.nio.file.Path;

/** How the types of the protocol are written in JSON, where Gson does not know it by itself. */
public final class WireFormat {
  private WireFormat() {}

  /** Teaches Gson the types of the protocol. */
  public static void configure(GsonBuilder builder) {
    builder.registerTypeHierarchyAdapter(Path.class, new PathAdapter().nullSafe());
    TypeAdapter<Double> doubles = new DoubleAdapter().nullSafe();
    builder.registerTypeAdapter(double.class, doubles);
    // Gson writes a primitive with the adapter of its box.
    builder.registerTypeAdapter(Double.class, doubles);
    builder.registerTypeAdapterFactory(new SealedAdapter(RunOutcome.class));
    builder.registerTypeAdapterFactory(new SealedAdapter(CalibrationOutcome.class));
    builder.registerTypeAdapterFactory(new SealedAdapter(AnalysisOutcome.class));
    builder.registerTypeAdapterFactory(new SealedAdapter(TrainingOutcome.class));
    builder.registerTypeAdapterFactory(new SealedAdapter(Objective.class));
    builder.registerTypeAdapterFactory(new SealedAdapter(Trained.What.class));
  }

  private static final class PathAdapter extends TypeAdapter<Path> {
    @Override
    public void write(JsonWriter out, Path path) throws IOException {
      out.value(path.toString());
    }

    @Override
    public Path read(JsonReader in) throws IOException {
      return Path.of(in.nextString());
    }
  }

  /** JSON has no NaN, which stands for "unknown" in progress reports: it travels as a string. */
  private static final class DoubleAdapter extends TypeAdapter<Double> {
    @Override
    public void write(JsonWriter out, Double number) throws IOException {
      if (Double.isFinite(number)) {
        out.value(number);
      } else {
        out.value(number.toString());
      }
    }

    @Override
    public Double read(JsonReader in) throws IOException {
      return in.peek() == JsonToken.STRING
          ? Double.parseDouble(in.nextString())
          : in.nextDouble();
    }
  }
}
