package io.granular.engine.torch;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compiled TorchScript methods. Text is in the serialized dialect: explicit types, {@code torch.} functions, {@code ops.}
 * for other namespaces, one unknown operator fails the whole script.
 */
public final class Script implements AutoCloseable {
  private static final String PUT =
      """
          def put(self: __torch__.Net, name: str, x: Tensor, copy: bool) -> int:
            w = self.w
            if copy:
              torch._set_item(w, name, torch.clone(x))
            else:
              torch._set_item(w, name, x)
            return torch.len(w)
          """;

  private static final String GET =
      """
          def get(self: __torch__.Net, name: str) -> Tensor:
            w = self.w
            return w[name]
          """;
  private static final String FACTS =
      """
          def elements(self: __torch__.Net, name: str) -> int:
            w = self.w
            return torch.numel(w[name])
          def type(self: __torch__.Net, name: str) -> int:
            w = self.w
            return ops.prim.dtype(w[name])
          def opaque(self: __torch__.Net, name: str) -> int:
            w = self.w
            return int(ops.prim.is_mkldnn(w[name]))
          """;

  private static final int BUFFER = 1 << 20;

  private final Model model;
  private final PtSymbolBlock block;

  /**
   * A tensor that a script keeps.
   *
   * @param elements how many numbers
   * @param type of each; the quantized types of libtorch count as the integers they hold
   * @param opaque whether it lies in oneDNN's own layout
   */
  public record Kept(long elements, ScalarType type, boolean opaque) {}

  private Script(Model model) {
    this.model = model;
    this.block = (PtSymbolBlock) model.getBlock();
  }

  /**
   * Compiles methods.
   *
   * @param methods source text, unindented, e.g. {@code def f(self: __torch__.Net, x: Tensor) -> Tensor:}
   * @throws TorchException if an operator is unknown to this build of libtorch
   */
  public static Script compile(List<String> methods) {
    List<String> indented = new ArrayList<>();
    for (String own : List.of(PUT, GET, FACTS)) {
      indented.add(own.indent(2).stripTrailing());
    }
    for (String method : methods) {
      indented.add(method.indent(2).stripTrailing());
    }
    Model model = Model.newInstance("net", "PyTorch");
    try {
      model.load(new ByteArrayInputStream(ScriptArchive.write(indented)));
    } catch (IOException | MalformedModelException | EngineException e) {
      model.close();
      throw new TorchException("compiling TorchScript", e);
    }
    return new Script(model);
  }

  /**
   * Opens methods and the tensors that they keep.
   *
   * @param file as {@link #save} writes it
   * @throws TorchException if it is no such file
   */
  public static Script open(Path file) {
    Model model = Model.newInstance("net", "PyTorch");
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
      model.load(in);
    } catch (IOException | MalformedModelException | EngineException e) {
      model.close();
      throw new TorchException("opening " + file, e);
    }
    return new Script(model);
  }

  /** Writes the methods and the tensors they keep as an archive that {@code torch.jit.load} opens. */
  public void save(Path file) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER)) {
      JniUtils.writeModule(block, out, false);
    } catch (EngineException e) {
      throw new TorchException("writing " + file, e);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Keeps a tensor under a name; methods read it as {@code self.w["name"]}. The tensor itself may be closed after, and
   * what is kept never shares memory with Java.
   */
  public void put(String name, Tensor tensor) {
    call("put", name, tensor, tensor.borrowed()).close();
  }

  /** Keeps a tensor that another script keeps too, under the same name and without copying it. */
  public void share(Scope scope, String name, Script other) {
    put(name, other.tensor(scope, "get", name));
  }

  /** What is kept under a name, as libtorch says. */
  public Kept kept(String name) {
    return new Kept(number("elements", name), ScalarType.of(number("type", name)),
        number("opaque", name) != 0);
  }

  /**
   * Calls a method that returns one tensor.
   *
   * @param scope owner of the result
   * @param arguments {@link Tensor}, {@link Long}, {@link Integer}, {@link Double}, {@link Boolean}, {@link String},
   *   {@code long[]} or a list of tensors
   * @throws TorchException with libtorch's message
   */
  public Tensor tensor(Scope scope, String method, Object... arguments) {
    try (IValue result = call(method, arguments)) {
      return new Tensor(result.toTensor(scope.manager()), false);
    }
  }

  /** Calls a method that returns {@code Dict[str, Tensor]}. */
  public Map<String, Tensor> tensors(Scope scope, String method, Object... arguments) {
    PtNDManager manager = scope.manager();
    try (IValue result = call(method, arguments)) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      result.toIValueMap().forEach((name, value) -> {
        try (value) {
          tensors.put(name, new Tensor(value.toTensor(manager), false));
        }
      });
      return tensors;
    }
  }

  /**
   * Calls a method that computes gradients itself, by {@code torch.grad}, and returns {@code List[Tensor]}. Other methods
   * run in inference mode, where nothing can be differentiated.
   *
   * @param scope owner of the results
   * @param arguments made by a scope, not by another method, whose results cannot be differentiated
   * @throws TorchException with libtorch's message
   */
  public List<Tensor> differentiate(Scope scope, String method, List<Tensor> arguments) {
    PtNDManager manager = scope.manager();
    NDList inputs = new NDList();
    arguments.forEach(argument -> inputs.add(argument.array()));
    boolean before = JniUtils.isGradMode();
    try (NDArray name = manager.create(0f)) {
      name.setName("module_method:" + method);
      inputs.add(name);
      JniUtils.setGraphExecutorOptimize(false);
      JniUtils.setGradMode(true);
      NDList results = block.forward(new ParameterStore(manager, false), inputs, true);
      results.attach(manager);
      return results.stream().map(result -> new Tensor((PtNDArray) result, false)).toList();
    } catch (EngineException e) {
      throw new TorchException(method, e);
    } finally {
      JniUtils.setGradMode(before);
      Reference.reachabilityFence(this);
    }
  }

  /** Calls a method for its effect or its number. */
  public long number(String method, Object... arguments) {
    try (IValue result = call(method, arguments)) {
      return result.toLong();
    }
  }

  private IValue call(String method, Object... arguments) {
    IValue[] values = new IValue[arguments.length];
    try {
      for (int i = 0; i < values.length; i++) {
        values[i] = value(arguments[i]);
      }
      // A setting of the calling thread. Without LLVM the profiling executor gains nothing, and it optimises
      // a large graph again on its first two runs.
      JniUtils.setGraphExecutorOptimize(false);
      return IValueUtils.runMethod(block, method, values);
    } catch (EngineException e) {
      throw new TorchException(method, e);
    } finally {
      for (IValue value : values) {
        if (value != null) {
          value.close();
        }
      }
      // libtorch is given a bare address. A script that nobody closes is closed by DJL's finalizer as soon as nothing
      // needs it any more, which compiled code may find while its last call is still running.
      Reference.reachabilityFence(this);
    }
  }

  private static IValue value(Object argument) {
    return switch (argument) {
      case Tensor t -> IValue.from(t.array());
      case Long n -> IValue.from(n.longValue());
      case Integer n -> IValue.from(n.longValue());
      case Double x -> IValue.from(x.doubleValue());
      case Boolean b -> IValue.from(b.booleanValue());
      case String s -> IValue.from(s);
      case long[] list -> IValue.listFrom(list);
      default ->
        throw new IllegalArgumentException("not a TorchScript argument: " + argument.getClass());
    };
  }

  @Override
  public void close() {
    model.close();
  }
}
