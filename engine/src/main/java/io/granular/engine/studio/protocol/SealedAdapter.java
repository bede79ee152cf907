package io.granular.engine.studio.protocol;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The records of a sealed interface as an object with one key that names the kind: {@code {"finished": {...}}}. */
final class SealedAdapter implements TypeAdapterFactory {
  private final Class<?> sealed;

  /** @param sealed an interface whose permitted subclasses are records */
  SealedAdapter(Class<?> sealed) {
    this.sealed = sealed;
  }

  @Override
  public <T> @Nullable TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
    if (!sealed.isAssignableFrom(type.getRawType())) {
      return null;
    }
    Map<String, TypeAdapter<?>> kinds = new LinkedHashMap<>();
    for (Class<?> kind : sealed.getPermittedSubclasses()) {
      kinds.put(name(kind), gson.getDelegateAdapter(this, TypeToken.get(kind)));
    }
    return new Adapter<>(sealed, kinds);
  }

  private static String name(Class<?> kind) {
    return kind.getSimpleName().toLowerCase(Locale.ROOT);
  }

  private static final class Adapter<T> extends TypeAdapter<T> {
    private final Class<?> sealed;
    private final Map<String, TypeAdapter<?>> kinds;

    Adapter(Class<?> sealed, Map<String, TypeAdapter<?>> kinds) {
      this.sealed = sealed;
      this.kinds = kinds;
    }

    @Override
    @SuppressWarnings("unchecked") // the adapter was made for the value's own class
    public void write(JsonWriter out, T value) throws IOException {
      String kind = name(value.getClass());
      out.beginObject();
      out.name(kind);
      ((TypeAdapter<T>) adapter(kind)).write(out, value);
      out.endObject();
    }

    @Override
    @SuppressWarnings("unchecked") // all kinds are subclasses of T
    public T read(JsonReader in) throws IOException {
      in.beginObject();
      T value = (T) adapter(in.nextName()).read(in);
      in.endObject();
      return value;
    }

    private TypeAdapter<?> adapter(String kind) {
      TypeAdapter<?> adapter = kinds.get(kind);
      if (adapter == null) {
        throw new JsonParseException("'" + kind + "' is no " + sealed.getSimpleName());
      }
      return adapter;
    }
  }
}
