package io.granular.engine.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.GgmlType;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.QuantizedWeight;
import io.granular.engine.quant.TensorScheme;
import io.granular.engine.quant.Treatments;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.torch.ScalarType;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;

/**
 * The weights of a component as Granular saves them: a safetensors file in which a quantized weight is several tensors, put
 * together when it is asked for. Descriptions are checked against the tensors when the file is opened.
 */
public final class QuantizedSafetensors implements TensorSource {
  /** Key of the metadata that makes a file one of this kind; its value is the version of the format. */
  public static final String FORMAT = "granular.format";
  /** Key of the descriptions of the quantized weights. */
  public static final String WEIGHTS = "granular.weights";
  /** The version that is written, and the only one that is read. */
  public static final String VERSION = "1";

  private static final String REMEDY =
      "The file is damaged or was changed; save the model again with granular quantize";

  private final SafetensorsFile file;
  private final SequencedMap<String, TensorInfo> infos = new LinkedHashMap<>();
  private final Map<String, StoredWeight> weights = new LinkedHashMap<>();

  private QuantizedSafetensors(SafetensorsFile file) {
    this.file = file;
  }

  /**
   * A quantized weight to be described.
   *
   * @param biasCorrected whether a correction of the bias is in the layer's bias, and not kept with the weight
   * @param shape of the weight
   */
  public record Description(TensorScheme scheme, Treatments treatments, int boundary,
      boolean biasCorrected, List<Long> shape) {
    private WeightJson form() {
      return new WeightJson(scheme, treatments, boundary, biasCorrected, shape);
    }

    /** Its description in the header. */
    public ObjectNode json() {
      return form().json();
    }

    /** The tensors that it is kept in. */
    public List<TensorInfo> infos(String weight) {
      return new WeightTensors(weight, form()).infos();
    }

    /** The tensors with their numbers. */
    public List<NamedTensor> tensors(String weight, QuantizedWeight quantized) {
      return new WeightTensors(weight, form()).write(quantized);
    }
  }

  /** The header's metadata for these weights. */
  public static Map<String, String> metadata(Map<String, Description> weights) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    weights.forEach((name, description) -> json.set(name, description.json()));
    return Map.of(FORMAT, VERSION, WEIGHTS, json.toString());
  }

  /**
   * The tensors of a file: as they are, unless the file says that it is of this kind.
   *
   * @throws BadModelException if a description is broken or does not fit its tensors
   */
  static TensorSource of(SafetensorsFile file) {
    String version = file.metadata().get(FORMAT);
    if (version == null) {
      return file;
    }
    if (!version.equals(VERSION)) {
      throw new BadModelException(file.path(), "is of version " + version
          + " of Granular's format; this program reads version " + VERSION,
          "Use the version of Granular that wrote it, or a newer one");
    }
    QuantizedSafetensors source = new QuantizedSafetensors(file);
    source.read(ModelJson.parse(file.path(),
        file.metadata().getOrDefault(WEIGHTS, "{}").getBytes(StandardCharsets.UTF_8)));
    return source;
  }

  private void read(ObjectNode descriptions) {
    SequencedMap<String, TensorInfo> parts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : descriptions.properties()) {
      String weight = entry.getKey();
      try {
        WeightJson form = WeightJson.of(entry.getValue());
        WeightTensors tensors = new WeightTensors(weight, form);
        tensors.infos().forEach(part -> {
          require(weight, part);
          parts.put(part.name(), part);
        });
        infos.put(weight, new TensorInfo(weight, ScalarType.F32, form.shape()));
        weights.put(weight, new StoredWeight(text(form.scheme(), form.treatments()),
            tensors.infos().stream().mapToLong(TensorInfo::bytes).sum(), form.scheme(),
            form.treatments(), form.boundary(), () -> weight(tensors)));
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw new BadModelException(file.path(), "the weight '" + weight + "' " + e.getMessage(),
            REMEDY, e);
      }
    }
    for (String name : file.names()) {
      if (!parts.containsKey(name)) {
        if (infos.put(name, file.info(name)) != null) {
          throw new BadModelException(file.path(), "holds '" + name + "' twice, as a tensor and "
              + "as a quantized weight", REMEDY);
        }
      }
    }
  }

  private void require(String weight, TensorInfo part) {
    if (!file.contains(part.name())) {
      throw new BadModelException(file.path(), "has no tensor '" + part.name()
          + "', which the weight '" + weight + "' consists of", REMEDY);
    }
    TensorInfo there = file.info(part.name());
    if (!there.equals(part)) {
      throw new BadModelException(file.path(), "tensor '" + part.name() + "' is " + there.dtype()
          + " " + there.shape() + "; the weight '" + weight + "' needs " + part.dtype() + " "
          + part.shape(), REMEDY);
    }
  }

  private QuantizedWeight weight(WeightTensors tensors) {
    try {
      return tensors.read(file);
    } catch (IllegalArgumentException e) {
      throw new BadModelException(file.path(),
          "the weight '" + tensors.weight() + "' " + e.getMessage(), REMEDY, e);
    }
  }

  private static String text(TensorScheme scheme, Treatments treatments) {
    String text = switch (scheme) {
      case GgmlType type -> type.name();
      case ActivationScheme _ -> "";
      case WeightScheme(int bits, var granularity, var mapping) -> "int" + bits
          + switch (granularity) {
            case Granularity.PerTensor _ -> " per_tensor";
            case Granularity.PerGroup(int size) -> " per_group " + size;
            case Granularity.PerAxis _,Granularity.PerToken _ -> " per_axis";
          } + (mapping == Mapping.SYMMETRIC ? "" : " " + mapping.name().toLowerCase(Locale.ROOT));
    };
    return treatments.any() ? text + " + " + String.join(" + ", treatments.names()) : text;
  }

  /** The file. */
  public SafetensorsFile file() {
    return file;
  }

  @Override
  public SequencedSet<String> names() {
    return Collections.unmodifiableSequencedSet(infos.sequencedKeySet());
  }

  @Override
  public TensorInfo info(String name) {
    TensorInfo info = infos.get(name);
    if (info == null) {
      throw new NoSuchElementException(file + " has no tensor '" + name + "'.");
    }
    return info;
  }

  @Override
  public MemorySegment data(String name) {
    StoredWeight weight = weights.get(name);
    if (weight != null) {
      return Dequantized.bytes(weight.read().dequantize());
    }
    return file.data(name);
  }

  @Override
  public Optional<StoredWeight> stored(String name) {
    info(name);
    return Optional.ofNullable(weights.get(name));
  }

  @Override
  public void close() {
    file.close();
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
