package io.granular.engine.studio.protocol;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import io.granular.engine.studio.RunOutcome;
import io.granular.engine.studio.RunOutcome.Cancelled;
import io.granular.engine.studio.RunOutcome.Failed;
import io.granular.engine.studio.RunOutcome.Finished;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An outcome as an object with one key that names the kind: {@code {"finished": {...}}}. */
final class OutcomeAdapter implements TypeAdapterFactory {
  @Override
  @SuppressWarnings("unchecked") // T is RunOutcome or one of its records
  public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
    if (!RunOutcome.class.isAssignableFrom(type.getRawType())) {
      return null;
    }
    return (TypeAdapter<T>) new Adapter(delegate(gson, Finished.class),
        delegate(gson, Cancelled.class), delegate(gson, Failed.class));
  }

  private <T> TypeAdapter<T> delegate(Gson gson, Class<T> type) {
    return gson.getDelegateAdapter(this, TypeToken.get(type));
  }

  private static final class Adapter extends TypeAdapter<RunOutcome> {
    private final TypeAdapter<Finished> finished;
    private final TypeAdapter<Cancelled> cancelled;
    private final TypeAdapter<Failed> failed;

    Adapter(TypeAdapter<Finished> finished, TypeAdapter<Cancelled> cancelled,
        TypeAdapter<Failed> failed) {
      this.finished = finished;
      this.cancelled = cancelled;
      this.failed = failed;
    }

    @Override
    public void write(JsonWriter out, RunOutcome outcome) throws IOException {
      out.beginObject();
      switch (outcome) {
        case Finished it -> finished.write(out.name("finished"), it);
        case Cancelled it -> cancelled.write(out.name("cancelled"), it);
        case Failed it -> failed.write(out.name("failed"), it);
      }
      out.endObject();
    }

    @Override
    public RunOutcome read(JsonReader in) throws IOException {
      in.beginObject();
      String kind = in.nextName();
      RunOutcome outcome = switch (kind) {
        case "finished" -> finished.read(in);
        case "cancelled" -> cancelled.read(in);
        case "failed" -> failed.read(in);
        default -> throw new JsonParseException("'" + kind + "' is not an outcome of a run");
      };
      in.endObject();
      return outcome;
    }
  }
}
