package io.granular.engine.store;

import io.granular.engine.torch.ScalarType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/** Makes a single file under the original names out of a reference pipeline of SD 2.x or SDXL. */
final class OriginalCheckpoint {
  private final Map<String, NamedTensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  static OriginalCheckpoint of(ModelSource model) {
    OriginalCheckpoint checkpoint = new OriginalCheckpoint();
    TensorSource unet = model.component("unet").tensors();
    unet.names()
        .forEach(
            name -> checkpoint.put(OriginalNames.unet(name, model.family()), unet.info(name),
                unet.data(name)));
    TensorSource vae = model.component("vae").tensors();
    vae.names().forEach(name -> checkpoint.putVae(name, vae));
    if (model.family() == Family.SDXL) {
      TensorSource clip = model.component("text_encoder").tensors();
      clip.names()
          .forEach(name -> checkpoint.put("conditioner.embedders.0.transformer." + name,
              clip.info(name), clip.data(name)));
      checkpoint.putOpenClip("conditioner.embedders.1.model.",
          model.component("text_encoder_2").tensors());
    } else {
      checkpoint.putOpenClip("cond_stage_model.model.", model.component("text_encoder").tensors());
    }
    return checkpoint;
  }

  private void putVae(String name, TensorSource vae) {
    TensorInfo info = vae.info(name);
    List<Long> shape = new ArrayList<>(info.shape());
    if (name.contains(".attentions.0.to_") && name.endsWith(".weight")) {
      shape.addAll(List.of(1L, 1L));
    }
    put(OriginalNames.vae(name), new TensorInfo(name, info.dtype(), shape), vae.data(name));
  }

  private void putOpenClip(String prefix, TensorSource source) {
    for (String name : source.names()) {
      TensorInfo info = source.info(name);
      if (name.contains("q_proj")) {
        byte[] joint = new byte[0];
        for (String part : List.of("q_proj", "k_proj", "v_proj")) {
          joint = concat(joint, bytes(source, name.replace("q_proj", part)));
        }
        List<Long> shape = new ArrayList<>(info.shape());
        shape.set(0, 3 * shape.getFirst());
        String renamed = OriginalNames.openClip(name).replace("q_proj.", "in_proj_");
        put(prefix + renamed, new TensorInfo(name, info.dtype(), shape),
            MemorySegment.ofArray(joint));
      } else if (name.equals("text_projection.weight")) {
        put(prefix + "text_projection",
            new TensorInfo(name, info.dtype(), info.shape().reversed()),
            MemorySegment.ofArray(transposed(bytes(source, name), info.dims())));
      } else if (!name.contains("k_proj") && !name.contains("v_proj")) {
        put(prefix + OriginalNames.openClip(name), info, source.data(name));
      }
    }
    put(prefix + "logit_scale", new TensorInfo("", ScalarType.F32, List.of()),
        MemorySegment.ofArray(new byte[4]));
  }

  private static byte[] bytes(TensorSource source, String name) {
    return source.data(name).toArray(ValueLayout.JAVA_BYTE);
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static byte[] transposed(byte[] halves, long[] dims) {
    byte[] result = new byte[halves.length];
    for (int i = 0; i < halves.length / 2; i++) {
      int row = (int) (i / dims[1]);
      int column = (int) (i % dims[1]);
      int to = (int) (column * dims[0] + row);
      result[2 * to] = halves[2 * i];
      result[2 * to + 1] = halves[2 * i + 1];
    }
    return result;
  }

  OriginalCheckpoint put(String name, TensorInfo info, MemorySegment data) {
    tensors.put(name, NamedTensor.of(new TensorInfo(name, info.dtype(), info.shape()), data));
    return this;
  }

  OriginalCheckpoint putLong(String name, long value) {
    tensors.put(name, NamedTensor.longs(name, List.of(), new long[]{value}));
    return this;
  }

  OriginalCheckpoint putEmpty(String name) {
    tensors.put(name, NamedTensor.floats(name, List.of(0L), new float[0]));
    return this;
  }

  OriginalCheckpoint declare(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /** Copies every tensor that begins with {@code from} to a name that begins with {@code to}. */
  OriginalCheckpoint duplicate(String from, String to) {
    for (NamedTensor tensor : List.copyOf(tensors.values())) {
      String name = tensor.info().name();
      if (name.startsWith(from)) {
        String copy = to + name.substring(from.length());
        tensors.put(copy, new NamedTensor(
            new TensorInfo(copy, tensor.info().dtype(), tensor.info().shape()), tensor.content()));
      }
    }
    return this;
  }

  OriginalCheckpoint remove(String start) {
    tensors.keySet().removeIf(name -> name.startsWith(start));
    return this;
  }

  /** The same names with other sizes, and zeros for data. */
  OriginalCheckpoint resized(LongUnaryOperator dimension) {
    tensors.replaceAll((name, tensor) -> {
      List<Long> shape = tensor.info()
          .shape()
          .stream()
          .map(dim -> dimension.applyAsLong(dim))
          .toList();
      TensorInfo info = new TensorInfo(name, tensor.info().dtype(), shape);
      return NamedTensor.of(info, MemorySegment.ofArray(new byte[(int) info.bytes()]));
    });
    return this;
  }

  Path write(Path file) throws IOException {
    SafetensorsWriter.write(file, metadata, tensors.values());
    return file;
  }
}
