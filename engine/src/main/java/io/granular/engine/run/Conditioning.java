package io.granular.engine.run;

import org.jspecify.annotations.Nullable;

/**
 * What the U-Net is told about the text, for one or two prompts at once.
 *
 * @param batch 1, or 2 with guidance: negative first
 * @param tokens length of the token axis
 * @param width numbers per token
 * @param hidden {@code [batch, tokens, width]}
 * @param pooled SDXL's pooled text {@code [batch, p]}, else null
 * @param timeIds SDXL's original size, crop and target size {@code [batch, 6]}, else null
 */
public record Conditioning(int batch, int tokens, int width, float[] hidden,
    float @Nullable [] pooled,
    float @Nullable [] timeIds) {}
