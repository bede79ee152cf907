package io.granular.engine.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.nio.file.Path;

/** What {@code --json} prints: records with their components' names in snake case. */
final class Json {
  private static final ObjectWriter WRITER = JsonMapper.builder()
      .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
      .addModule(new SimpleModule()
          .addSerializer(Path.class, new ToStringSerializer())
          .addSerializer(double.class, new FiniteDoubles())
          .addSerializer(Double.class, new FiniteDoubles()))
      .build()
      .writerWithDefaultPrettyPrinter();

  private Json() {}

  /** One document. */
  static String text(Object document) {
    try {
      return WRITER.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The result cannot be written as JSON.", e);
    }
  }

  /** JSON has neither NaN nor infinity: both are null. */
  private static final class FiniteDoubles extends JsonSerializer<Double> {
    @Override
    public void serialize(Double value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (Double.isFinite(value)) {
        out.writeNumber(value);
      } else {
        out.writeNull();
      }
    }
  }
}
