package io.granular.app.modules;

import io.granular.engine.studio.PlanSummary.ModulePlan;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What can be chosen to see fewer modules; several together narrow further. */
enum ModuleFilter {
  QUANTIZED {
    @Override
    boolean accepts(ModulePlan module, RowState state) {
      return module.decision().equals("quantized");
    }
  },
  CONV3 {
    @Override
    boolean accepts(ModulePlan module, RowState state) {
      List<Long> shape = module.shape();
      return module.kind().equals("Conv2d") && shape.size() == 4 && shape.get(2) == 3
          && shape.get(3) == 3;
    }
  },
  ATTENTION {
    @Override
    boolean accepts(ModulePlan module, RowState state) {
      return ATTENTION_PART.matcher(module.module()).find();
    }
  },
  LINEAR {
    @Override
    boolean accepts(ModulePlan module, RowState state) {
      return module.kind().equals("Linear");
    }
  },
  OVERRIDDEN {
    @Override
    boolean accepts(ModulePlan module, RowState state) {
      return state.overridden() > 0;
    }
  },
  SIMULATED {
    @Override
    boolean accepts(ModulePlan module, RowState state) {
      return module.simulated();
    }
  },
  KEPT {
    @Override
    boolean accepts(ModulePlan module, RowState state) {
      return module.decision().equals("kept");
    }
  },
  SKIPPED {
    @Override
    boolean accepts(ModulePlan module, RowState state) {
      return module.decision().equals("skipped");
    }
  };

  private static final Pattern ATTENTION_PART =
      Pattern.compile("(^|\\.)(attn\\d*|self_attn|to_[qkv]|to_out)(\\.|$)");

  abstract boolean accepts(ModulePlan module, RowState state);

  String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
