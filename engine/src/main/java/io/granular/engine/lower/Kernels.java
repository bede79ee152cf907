package io.granular.engine.lower;

import io.granular.engine.network.Op;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.Scheme;
import io.granular.engine.quant.TensorScheme;
import io.granular.engine.quant.Treatments;
import io.granular.engine.quant.ValueRange;
import io.granular.engine.quant.WeightScheme;
import io.granular.engine.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** Chooses the kernel for a layer and a scheme; what a machine lacks is replaced by the next exact one, with a note. */
public final class Kernels {
  private static final String UNSERVED = "no integer kernel computes this scheme here";
  private static final String ASKED = "simulated as asked";

  private final Capabilities machine;
  private final boolean simulate;

  public Kernels(Capabilities machine) {
    this(machine, false);
  }

  /**
   * With a choice to compare arithmetic instead of running it fast.
   *
   * @param simulate whether every quantized layer computes by quantize-dequantize in fp32
   */
  public Kernels(Capabilities machine, boolean simulate) {
    this.machine = machine;
    this.simulate = simulate;
  }

  /**
   * The kernel that will run.
   *
   * @param note what differs from what was asked; empty if nothing does
   */
  public record Choice(Kernel kernel, String note) {}

  /**
   * Chooses.
   *
   * @throws IllegalArgumentException if the scheme cannot apply to this layer, e.g. groups that do not divide its columns
   */
  public Choice choose(Op.Matrix op, Scheme scheme) {
    return choose(op, scheme, null);
  }

  /**
   * The same for a layer whose input was observed.
   *
   * @param range for a static scheme, from calibration; null while there is none
   */
  public Choice choose(Op.Matrix op, Scheme scheme, @Nullable ValueRange range) {
    return choose(op, scheme, range, 0);
  }

  /**
   * The same for a layer that may be split.
   *
   * @param boundary input channels of the first part, 0 for a layer in one piece
   */
  public Choice choose(Op.Matrix op, Scheme scheme, @Nullable ValueRange range, int boundary) {
    return switch (scheme) {
      case Scheme.Keep keep -> keep(keep.dtype());
      case Scheme.Integers integers -> {
        ActivationScheme activations = integers.activations();
        if (integers.treatments().any()) {
          Choice inner = choose(op, integers.with(Treatments.NONE), range);
          yield new Choice(
              new TreatedKernel(inner.kernel(), integers.weights(), integers.treatments(),
                  boundary),
              inner.note());
        }
        yield activations == null ? weightOnly(integers.weights())
            : activations.range() == ActivationScheme.Range.STATIC
                ? calibrated(op, integers.weights(), activations, range)
                : integers(op, integers.weights(), activations);
      }
      case Scheme.Blocks(var type) -> simulate ? simulated(type)
          : new Choice(new GgufKernel(type, arithmetic(), machine.oneDnn()), "");
    };
  }

  /**
   * The element type between the layers of a network, in which its norms are held too: bf16 only if nearly
   * all layers compute in it; otherwise casts would cost more.
   */
  public static ScalarType stream(Iterable<Kernel> kernels) {
    int bf16 = 0;
    int all = 0;
    for (Kernel kernel : kernels) {
      all++;
      bf16 += kernel.dtype() == ScalarType.BF16 ? 1 : 0;
    }
    return bf16 * 10 > all * 9 ? ScalarType.BF16 : ScalarType.F32;
  }

  /**
   * How a network's attention is computed.
   *
   * @param stream element type between the network's layers
   * @param asked {@code F32} or {@code BF16}; null for that of the stream
   */
  public AttentionKernel attention(ScalarType stream, @Nullable ScalarType asked) {
    boolean bf16 = machine.bf16() && (asked == null ? stream : asked) == ScalarType.BF16;
    return new AttentionKernel(bf16 ? ScalarType.BF16 : ScalarType.F32, machine.oneDnn());
  }

  private Choice keep(ScalarType type) {
    return switch (type) {
      case F32 -> new Choice(new FloatKernel(ScalarType.F32, machine.oneDnn()), "");
      case BF16 -> machine.bf16() ? new Choice(new FloatKernel(ScalarType.BF16, true), "")
          : new Choice(new HalfStorageKernel(ScalarType.BF16, machine.oneDnn()),
              "this processor has no bf16 arithmetic: computed in fp32");
      case F16 -> new Choice(new HalfStorageKernel(ScalarType.F16, machine.oneDnn()),
          "fp16 is a storage type: computed in fp32");
      case F64, U8, I8, I16, I32, I64, BOOL ->
        throw new IllegalArgumentException("cannot keep weights as " + type);
    };
  }

  private Choice weightOnly(WeightScheme weights) {
    return simulate ? simulated(weights)
        : new Choice(new WeightOnlyKernel(weights, arithmetic(), machine.oneDnn()), "");
  }

  private static Choice simulated(TensorScheme weights) {
    return new Choice(new SimulatedKernel(weights, null), ASKED);
  }

  /** What weights are widened to at each call. */
  private ScalarType arithmetic() {
    return machine.bf16() ? ScalarType.BF16 : ScalarType.F32;
  }

  private Choice integers(Op.Matrix op, WeightScheme weights, ActivationScheme asked) {
    boolean tokens = asked.granularity() instanceof Granularity.PerToken;
    boolean mixes = op instanceof Op.Conv2d;
    ActivationScheme used = tokens && mixes
        ? new ActivationScheme(asked.bits(), new Granularity.PerTensor(), asked.mapping(),
            asked.range())
        : asked;
    String note = tokens && mixes
        ? "a convolution mixes its input's positions: one activation scale per tensor"
        : "";
    if (simulate || !served(weights, used)) {
      return new Choice(new SimulatedKernel(weights, used),
          join(note, simulate ? ASKED : UNSERVED));
    }
    return new Choice(new Int8DynamicKernel(weights, used, !machine.wideInt8()),
        join(note, join(widened(op, weights), reduced())));
  }

  private static String widened(Op.Matrix op, WeightScheme weights) {
    return weights.bits() < 8 && new Int8Weights(weights).wide(op)
        ? "a convolution's weights are held as int8 in memory, saved as " + weights.bits() + " bit"
        : "";
  }

  private Choice calibrated(Op.Matrix op, WeightScheme weights, ActivationScheme activations,
      @Nullable ValueRange range) {
    String note = range == null ? "range not calibrated yet" : "";
    if (simulate || !machine.int8() || !wholeRows(weights) || activations.bits() != 8) {
      return new Choice(new SimulatedStaticKernel(weights, activations, range),
          join(note, simulate ? ASKED : UNSERVED));
    }
    return new Choice(
        new Int8StaticKernel(weights, activations, range, !machine.wideInt8()),
        join(note, join(widened(op, weights), reduced())));
  }

  private String reduced() {
    return machine.wideInt8() ? ""
        : "this processor adds int8 products in 16 bits: activations confined to 7 bits";
  }

  private static boolean wholeRows(WeightScheme weights) {
    return weights.mapping() != Mapping.ASYMMETRIC
        && switch (weights.granularity()) {
          case Granularity.PerTensor _,Granularity.PerAxis _ -> true;
          case Granularity.PerGroup _,Granularity.PerToken _ -> false;
        };
  }

  private boolean served(WeightScheme weights, ActivationScheme activations) {
    boolean zeroPerToken = activations.granularity() instanceof Granularity.PerToken
        && activations.mapping() == Mapping.ASYMMETRIC;
    return machine.int8() && wholeRows(weights) && activations.bits() == 8 && !zeroPerToken;
  }

  private static String join(String a, String b) {
    return a.isEmpty() ? b : b.isEmpty() ? a : a + "; " + b;
  }
}
