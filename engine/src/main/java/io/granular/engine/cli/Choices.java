package io.granular.engine.cli;

import io.granular.engine.analyze.Measure;
import io.granular.engine.diffusion.Named;
import io.granular.engine.diffusion.Prediction;
import io.granular.engine.diffusion.SamplerKind;
import io.granular.engine.diffusion.SigmaSpacing;
import io.granular.engine.diffusion.Spacing;
import io.granular.engine.plan.BuiltInRecipes;
import io.granular.engine.quant.Observer;
import io.granular.engine.save.SaveFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Options that take one of several names. */
final class Choices {
  private Choices() {}

  /** The names, for completion and help, and the check that a name is one of them. */
  abstract static class Names extends ArrayList<String> implements ITypeConverter<String> {
    Names(List<String> names) {
      super(names);
    }

    <E extends Enum<E> & Named> Names(Class<E> type) {
      this(Arrays.stream(type.getEnumConstants()).map(Named::id).toList());
    }

    @Override
    public String convert(String name) {
      if (!contains(name)) {
        throw new TypeConversionException(
            "there is no '" + name + "'; choose one of " + String.join(", ", this));
      }
      return name;
    }
  }

  /** Samplers. */
  static final class Samplers extends Names {
    Samplers() {
      super(SamplerKind.class);
    }
  }

  /** Spacings of timesteps. */
  static final class Spacings extends Names {
    Spacings() {
      super(Spacing.class);
    }
  }

  /** Spreads of noise levels. */
  static final class Sigmas extends Names {
    Sigmas() {
      super(SigmaSpacing.class);
    }
  }

  /** What a network predicts. */
  static final class Predictions extends Names {
    Predictions() {
      super(Prediction.class);
    }
  }

  /** Precisions that have a recipe of their own. */
  static final class Precisions extends Names {
    Precisions() {
      super(List.of("fp32", "bf16", "fp16"));
    }
  }

  /** Shapes that can be timed. */
  static final class Shapes extends Names {
    Shapes() {
      super(List.of("demo", "sd15", "sdxl"));
    }
  }

  /** Observers of a calibration. */
  static final class Observers extends Names {
    Observers() {
      super(Arrays.stream(Observer.Kind.values())
          .map(kind -> kind.name().toLowerCase(Locale.ROOT).replace('_', '-'))
          .toList());
    }

    /** The observer of that name. */
    static Observer.Kind of(String name) {
      return Observer.Kind.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }

  /** What an analysis measures. */
  static final class Measures extends Names {
    Measures() {
      super(Arrays.stream(Measure.values())
          .map(measure -> measure.name().toLowerCase(Locale.ROOT).replace('_', '-'))
          .toList());
    }

    /** The measure of that name. */
    static Measure of(String name) {
      return Measure.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }

  /** Formats to save in. */
  static final class SaveFormats extends Names {
    SaveFormats() {
      super(SaveFormat.ids());
    }
  }

  /** Ids of built-in recipes, for completion only: a recipe may be a file as well. */
  static final class Recipes extends ArrayList<String> {
    Recipes() {
      super(BuiltInRecipes.ids());
    }
  }
}
