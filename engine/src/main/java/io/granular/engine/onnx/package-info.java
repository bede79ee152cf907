/**
 * ONNX: the graphs of networks written as models of ONNX's own operators, quantized layers as QuantizeLinear and
 * DequantizeLinear pairs.
 */
@NullMarked
package io.granular.engine.onnx;

import org.jspecify.annotations.NullMarked;
