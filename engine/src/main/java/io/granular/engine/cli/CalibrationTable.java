package io.granular.engine.cli;

import io.granular.engine.calibrate.Calibration;
import io.granular.engine.calibrate.ObservedInput;
import io.granular.engine.quant.ActivationScheme;
import io.granular.engine.quant.Granularity;
import io.granular.engine.quant.Mapping;
import io.granular.engine.quant.Observer;
import io.granular.engine.quant.QuantParams;
import io.granular.engine.quant.ValueRange;
import io.granular.engine.run.CalibrationResult;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A calibration as the command line shows it: 8-bit asymmetric ranges of one observer.
 *
 * @param file the whole calibration, with histograms
 * @param samples evaluations observed
 * @param seconds it took, measured; 0 if it was made before
 * @param observerBytes what the observers held, measured; 0 if it was made before
 * @param observer whose ranges these are
 * @param provenance where the calibration comes from
 * @param layers every layer observed, in the order the networks run
 */
record CalibrationTable(Path file, int samples, double seconds, long observerBytes,
    String observer, Calibration.Provenance provenance, List<Layer> layers) {

  /**
   * One layer.
   *
   * @param module full name
   * @param min smallest number seen
   * @param max largest number seen
   * @param low where the range begins
   * @param high where the range ends
   * @param scale of unsigned 8-bit codes over the range
   * @param zeroPoint the code that means zero
   * @param steps ranges per timestep, the noisiest first
   */
  record Layer(String module, double min, double max, double low, double high, double scale,
      int zeroPoint, List<ObservedInput.Step> steps) {}

  static CalibrationTable of(Path file, CalibrationResult result, Calibration calibration,
      Observer.Kind observer) {
    ActivationScheme scheme = new ActivationScheme(8, new Granularity.PerTensor(),
        Mapping.ASYMMETRIC, ActivationScheme.Range.STATIC, Observer.of(observer));
    List<Layer> layers = calibration.inputs().stream().flatMap(input -> {
      ValueRange range = input.range(scheme);
      QuantParams params = range.params(scheme.mapping(), scheme.integers());
      return input.modules()
          .stream()
          .map(module -> new Layer(module, input.extent().min(), input.extent().max(),
              range.min(), range.max(), params.scale(), params.zeroPoint(), input.steps()));
    }).toList();
    return new CalibrationTable(file, calibration.provenance().samples(), result.seconds(),
        result.stateBytes(), observer.name().toLowerCase(Locale.ROOT), calibration.provenance(),
        layers);
  }
}
