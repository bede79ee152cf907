package io.granular.engine.lower;

/** The same kernels without oneDNN's operators on floats, whose weights lie in the order of one machine. */
final class PortableKernels {
  private PortableKernels() {}

  static Kernel of(Kernel kernel) {
    return switch (kernel) {
      case FloatKernel(var dtype, _) -> new FloatKernel(dtype, false);
      case HalfStorageKernel(var storage, _) -> new HalfStorageKernel(storage, false);
      case WeightOnlyKernel(var weights, var dtype, _) ->
        new WeightOnlyKernel(weights, dtype, false);
      case GgufKernel(var type, var dtype, _) -> new GgufKernel(type, dtype, false);
      case TreatedKernel(var inner, var weights, var treatments, int boundary) ->
        new TreatedKernel(of(inner), weights, treatments, boundary);
      // Their integers are reordered at each call.
      case Int8DynamicKernel _ -> kernel;
      case Int8StaticKernel _ -> kernel;
      case SimulatedKernel _ -> kernel;
      case SimulatedStaticKernel _ -> kernel;
    };
  }
}
