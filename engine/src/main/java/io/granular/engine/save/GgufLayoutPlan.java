package io.granular.engine.save;

import io.granular.engine.lower.StoredForm;
import io.granular.engine.network.Op;
import io.granular.engine.plan.ModulePlan;
import io.granular.engine.quant.GgmlType;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.TensorScheme;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.save.SaveOptions.GgufLayout;
import io.granular.engine.store.BadModelException;
import io.granular.engine.store.Component;
import io.granular.engine.store.Family;
import io.granular.engine.store.GgufOutput;
import io.granular.engine.store.GgufType;
import io.granular.engine.store.LdmNames;
import io.granular.engine.store.OriginalTensor;
import io.granular.engine.store.OriginalTensor.Change;
import io.granular.engine.torch.ScalarType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of one component in a GGUF file, or why it cannot hold them.
 *
 * @param tensors in the order in which they are written
 * @param refusals what it cannot hold
 */
record GgufLayoutPlan(List<GgufTensor> tensors, List<Refusal> refusals) {
  /** Layers of the text encoder that SD 2.x was made with. */
  private static final int OPEN_CLIP_LAYERS = 24;
  /** ComfyUI-GGUF reshapes to rows of so many numbers where it can. */
  private static final long ROW = 256;

  static GgufLayoutPlan of(SaveSubject subject, Component component) {
    Map<String, Contents.Item> items = new HashMap<>();
    Contents.of(subject, component).items().forEach(item -> items.put(item.name(), item));
    List<OriginalTensor> originals;
    try {
      originals = LdmNames.of(subject.model(), component);
    } catch (BadModelException e) {
      return new GgufLayoutPlan(List.of(), List.of(new Refusal(component.name(),
          component.className(), String.valueOf(e.getMessage()), "--format safetensors")));
    }
    Builder builder = new Builder(subject, component, items);
    originals.forEach(builder::add);
    builder.unusedLayer();
    return new GgufLayoutPlan(List.copyOf(builder.tensors), List.copyOf(builder.refusals));
  }

  private static final class Builder {
    private final SaveSubject subject;
    private final Component component;
    private final Map<String, Contents.Item> items;
    private final List<GgufTensor> tensors = new ArrayList<>();
    private final List<Refusal> refusals = new ArrayList<>();

    Builder(SaveSubject subject, Component component, Map<String, Contents.Item> items) {
      this.subject = subject;
      this.component = component;
      this.items = items;
    }

    void add(OriginalTensor original) {
      List<Contents.Item> parts =
          original.parts().stream().map(part -> Objects.requireNonNull(items.get(part))).toList();
      GgufType type = type(original, parts);
      if (type == null) {
        return;
      }
      List<Long> shape = shape(original);
      List<Long> written = type instanceof GgufType.Blocks(var blocks) ? reshaped(shape, blocks)
          : shape;
      String name = subject.options().gguf() == GgufLayout.UNET
          ? original.name().substring(LdmNames.unetPrefix().length())
          : original.name();
      List<@Nullable ModulePlan> modules = new ArrayList<>();
      parts.forEach(part -> modules.add(part.module()));
      tensors.add(new GgufTensor(new GgufOutput.Tensor(name, written, type), shape, original,
          modules, component.tensors()));
    }

    /**
     * SD 2.x reads the output of OpenCLIP's last layer but one, so diffusers has dropped the last; stable-diffusion.cpp looks
     * for it all the same, and never computes it.
     */
    void unusedLayer() {
      String last = "transformer.resblocks." + (OPEN_CLIP_LAYERS - 2) + ".";
      String missing = "transformer.resblocks." + (OPEN_CLIP_LAYERS - 1) + ".";
      if (subject.model().family() != Family.SD2
          || tensors.stream().anyMatch(t -> t.output().name().contains(missing))) {
        return;
      }
      for (GgufTensor tensor : List.copyOf(tensors)) {
        GgufOutput.Tensor output = tensor.output();
        if (output.name().contains(last)) {
          GgufType type =
              output.type() instanceof GgufType.Blocks ? new GgufType.Plain(ScalarType.F16)
                  : output.type();
          tensors.add(new GgufTensor(new GgufOutput.Tensor(output.name().replace(last, missing),
              tensor.shape(), type), tensor.shape(), tensor.original(), List.of(),
              tensor.source()));
        }
      }
    }

    private @Nullable GgufType type(OriginalTensor original, List<Contents.Item> parts) {
      List<Contents.Item> quantized = parts.stream().filter(Contents.Item::quantized).toList();
      if (quantized.isEmpty()) {
        return new GgufType.Plain(floats(original, parts));
      }
      Contents.Item first = quantized.getFirst();
      ModulePlan module = Objects.requireNonNull(first.module());
      TensorScheme scheme = scheme(module);
      if (!(scheme instanceof GgmlType type)) {
        quantized.forEach(part -> refuse(Objects.requireNonNull(part.module()),
            "GGUF holds blocks of 32 weights with scales of their own, and nothing of inputs",
            nearest(Objects.requireNonNull(part.module()))));
        return null;
      }
      if (original.change() == Change.TRANSPOSED) {
        refuse(module,
            "original checkpoints hold it transposed, so that its blocks would lie across "
                + "its rows",
            "keep fp16");
        return null;
      }
      if (quantized.size() < parts.size() || quantized.stream()
          .anyMatch(part -> !scheme(Objects.requireNonNull(part.module())).equals(type))) {
        refuse(module,
            "original checkpoints hold queries, keys and values as one tensor, which has "
                + "one type",
            "one rule for q_proj, k_proj and v_proj");
        return null;
      }
      boolean convolution =
          module.op() instanceof Op.Conv2d || original.change() == Change.UNSQUEEZED;
      return convolution && subject.options().keepConvolutions()
          ? new GgufType.Plain(ScalarType.F16)
          : new GgufType.Blocks(type);
    }

    private void refuse(ModulePlan module, String problem, String nearest) {
      refusals.add(new Refusal(module.name(), DiffusersWriter.text(module), problem, nearest));
    }

    /** One dimension is always F32, as the programs that read GGUF files have it. */
    private ScalarType floats(OriginalTensor original, List<Contents.Item> parts) {
      if (shape(original).size() < 2) {
        return ScalarType.F32;
      }
      List<ScalarType> types =
          parts.stream().map(part -> Objects.requireNonNull(part.type())).distinct().toList();
      ScalarType type = types.size() == 1 ? types.getFirst() : ScalarType.F32;
      return type == ScalarType.F16 || type == ScalarType.BF16 ? type : ScalarType.F32;
    }

    private List<Long> shape(OriginalTensor original) {
      List<Long> shape =
          new ArrayList<>(component.tensors().info(original.parts().getFirst()).shape());
      switch (original.change()) {
        case SAME -> {}
        case UNSQUEEZED -> {
          shape.add(1L);
          shape.add(1L);
        }
        case JOINED -> shape.set(0, shape.getFirst() * original.parts().size());
        case TRANSPOSED -> shape = new ArrayList<>(shape.reversed());
      }
      return List.copyOf(shape);
    }

    private static TensorScheme scheme(ModulePlan module) {
      return StoredForm.of(Objects.requireNonNull(module.kernel())).orElseThrow().scheme();
    }

    /** Rows have to be whole blocks; a convolution's are as long as its kernel is wide. */
    private static List<Long> reshaped(List<Long> shape, GgmlType type) {
      if (shape.getLast() % type.block() == 0) {
        return shape;
      }
      long elements = shape.stream().reduce(1L, Math::multiplyExact);
      return elements % ROW == 0 ? List.of(elements / ROW, ROW)
          : List.of(shape.getFirst(), elements / shape.getFirst());
    }

    private static String nearest(ModulePlan module) {
      if (module.op() instanceof Op.Matrix op && op.columns() % 32 != 0) {
        return "{\"keep\": \"fp16\"}, because its rows of " + op.columns()
            + " weights are no whole blocks";
      }
      String type = scheme(module) instanceof WeightScheme weights ? nearest(weights) : "q8_0";
      return "{\"weights\": {\"type\": \"" + type + "\"}}";
    }

    private static String nearest(WeightScheme weights) {
      boolean offset = weights.mapping() == Mapping.ASYMMETRIC;
      return switch (weights.bits()) {
        case 6, 7, 8 -> "q8_0";
        case 5 -> offset ? "q5_1" : "q5_0";
        default -> offset ? "q4_1" : "q4_0";
      };
    }
  }
}
