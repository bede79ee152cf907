package io.granular.engine.lower;

import io.granular.engine.quant.TensorScheme;
import io.granular.engine.quant.Treatments;
import java.util.Optional;

/**
 * The form in which a kernel takes its weight, which files can hold.
 *
 * @param scheme of the integers or blocks
 * @param treatments what is done to integers besides rounding
 * @param boundary input channels of the first part of a split layer, else 0
 */
public record StoredForm(TensorScheme scheme, Treatments treatments, int boundary) {
  /** That of a kernel; empty if it takes floats. */
  public static Optional<StoredForm> of(Kernel kernel) {
    return switch (kernel) {
      case TreatedKernel(_, var weights, var treatments, int boundary) ->
        Optional.of(new StoredForm(weights, treatments, boundary));
      case WeightOnlyKernel(var weights, _, _) -> plain(weights);
      case Int8DynamicKernel(var weights, _, _) -> plain(weights);
      case Int8StaticKernel(var weights, _, _, _) -> plain(weights);
      case SimulatedStaticKernel(var weights, _, _) -> plain(weights);
      case SimulatedKernel(var weights, _) -> plain(weights);
      case GgufKernel(var type, _, _) -> plain(type);
      case FloatKernel _,HalfStorageKernel _ -> Optional.empty();
    };
  }

  private static Optional<StoredForm> plain(TensorScheme scheme) {
    return Optional.of(new StoredForm(scheme, Treatments.NONE, 0));
  }
}
