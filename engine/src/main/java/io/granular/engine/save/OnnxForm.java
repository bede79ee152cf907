package io.granular.engine.save;

/** How an ONNX model says that inputs are quantized. */
public enum OnnxForm {
  /** QuantizeLinear and DequantizeLinear in the graph: ONNX Runtime, and TensorRT's explicit quantization. */
  QDQ,
  /** Floats in the graph, and beside it a calibration cache for TensorRT's implicit quantization. */
  CACHE
}
