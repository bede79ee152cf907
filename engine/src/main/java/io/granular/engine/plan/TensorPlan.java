package io.granular.engine.plan;

/**
 * What will happen to one stored tensor.
 *
 * @param name full name, e.g. {@code unet.conv_in.weight}
 * @param decision what happens to its numbers; biases stay floats whatever happens to the weight
 * @param reason why
 * @param kernel id of the kernel that will use it
 * @param simulated whether that kernel computes by quantize-dequantize
 * @param bytesBefore as stored in the model
 * @param bytesAfter that it will hold, scales and zero points included
 */
public record TensorPlan(String name, Decision decision, String reason, String kernel,
    boolean simulated, long bytesBefore, long bytesAfter) {}
