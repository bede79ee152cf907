package io.granular.engine.calibrate;

import io.granular.engine.plan.ActivationRanges;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.ValueRange;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The ranges that follow from a calibration; each is searched for once. Safe for use by several threads. */
public final class CalibratedRanges implements ActivationRanges {
  private final Calibration.Provenance provenance;
  private final Map<String, Known> inputs = new HashMap<>();

  /** An input with the ranges that were asked for. */
  private record Known(ObservedInput input, Map<ActivationScheme, ValueRange> ranges) {}

  public CalibratedRanges(Calibration calibration) {
    provenance = calibration.provenance();
    for (ObservedInput input : calibration.inputs()) {
      Known known = new Known(input, new ConcurrentHashMap<>());
      input.modules().forEach(module -> inputs.put(module, known));
    }
  }

  /** Where the ranges come from. */
  public Calibration.Provenance provenance() {
    return provenance;
  }

  /** What was observed of a module; null if nothing was. */
  public @Nullable ObservedInput input(String module) {
    Known known = inputs.get(module);
    return known == null ? null : known.input;
  }

  @Override
  public @Nullable ValueRange range(String module, ActivationScheme scheme) {
    Known known = inputs.get(module);
    return known == null ? null : known.ranges.computeIfAbsent(scheme, known.input::range);
  }
}
