package io.granular.engine.diffusion;

import java.util.Arrays;
import java.util.Optional;

/** The samplers, by the names of the command line and the classes of diffusers. */
public enum SamplerKind implements Named {
  DDIM("ddim", "DDIMScheduler"),
  PNDM("pndm", "PNDMScheduler"),
  EULER("euler", "EulerDiscreteScheduler"),
  EULER_ANCESTRAL("euler-a", "EulerAncestralDiscreteScheduler"),
  HEUN("heun", "HeunDiscreteScheduler"),
  DPMPP_2M("dpmpp-2m", "DPMSolverMultistepScheduler"),
  UNIPC("unipc", "UniPCMultistepScheduler"),
  LCM("lcm", "LCMScheduler");

  private final String id;
  private final String className;

  SamplerKind(String id, String className) {
    this.id = id;
    this.className = className;
  }

  @Override
  public String id() {
    return id;
  }

  /** The diffusers class of this sampler, as {@code _class_name} in {@code scheduler_config.json}. */
  public String className() {
    return className;
  }

  /** The sampler of a diffusers class; empty for classes that are not among the samplers. */
  public static Optional<SamplerKind> ofClass(String className) {
    return Arrays.stream(values()).filter(k -> k.className.equals(className)).findFirst();
  }
}
