package io.granular.engine.lower;

import io.granular.engine.torch.ScalarType;
import io.granular.engine.torch.Scope;
import io.granular.engine.torch.Script;
import io.granular.engine.torch.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Puts one layer's packed tensors into the script that will run them. Lives as long as the packing of one layer. */
public final class Packer {
  private final PackTools tools;
  private final Scope scope;
  private final Script target;
  private final String module;
  private final List<String> kept;
  private final boolean portable;

  /** @param portable whether weights are to stay in no machine's own order */
  Packer(PackTools tools, Scope scope, Script target, String module, boolean portable) {
    this(tools, scope, target, module, portable, new ArrayList<>());
  }

  private Packer(PackTools tools, Scope scope, Script target, String module, boolean portable,
      List<String> kept) {
    this.portable = portable;
    this.tools = tools;
    this.scope = scope;
    this.target = target;
    this.module = module;
    this.kept = kept;
  }

  /** One for a layer that is part of this one. */
  Packer part(String name) {
    return new Packer(tools, scope, target, name, portable, kept);
  }

  /** Whether weights stay in no machine's own order. */
  boolean portable() {
    return portable;
  }

  PackTools tools() {
    return tools;
  }

  /** Owner of temporary tensors; freed when the layer is packed. */
  Scope scope() {
    return scope;
  }

  /** Keeps a tensor that {@code Layer.stored(suffix)} will find. */
  void put(String suffix, Tensor tensor) {
    target.put(module + "." + suffix, tensor);
    kept.add(module + "." + suffix);
  }

  /** Keeps what another script keeps under these names, without copying it. */
  void share(Script other, List<String> names) {
    names.forEach(name -> target.share(scope, name, other));
    kept.addAll(names);
  }

  /** Names of everything kept, in order. */
  List<String> kept() {
    return List.copyOf(kept);
  }

  /** Converts a view of a file. */
  Tensor convert(Tensor view, ScalarType from, ScalarType to) {
    return from == to ? view : tools.convert(scope, view, to);
  }

  /** Converts the bits of bfloat16 numbers, seen as fp16. */
  Tensor fromBits(Tensor view, ScalarType to) {
    return tools.fromBits(scope, view, to);
  }

  /** Keeps the bias, if the layer has one. */
  void putBias(Kernel.Layer layer, LayerWeights weights, ScalarType type) {
    if (layer.op().bias()) {
      put("bias", weights.tensor("bias", type));
    }
  }
}
