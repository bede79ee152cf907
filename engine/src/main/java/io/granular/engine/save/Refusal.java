package io.granular.engine.save;

/**
 * Something of a plan that a format cannot hold.
 *
 * @param module full name of the module, e.g. {@code unet.conv_in}, or of the model's part
 * @param scheme what the plan does to it, in a few words
 * @param problem why the format cannot hold that
 * @param nearest what it could hold instead, and how to ask for it
 */
public record Refusal(String module, String scheme, String problem, String nearest) {
  /** As one sentence. */
  public String text() {
    return module + " (" + scheme + "): " + problem + "; nearest: " + nearest;
  }
}
