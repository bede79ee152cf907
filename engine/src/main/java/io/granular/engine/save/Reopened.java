package io.granular.engine.save;

import io.granular.engine.lower.Evaluation;

/** How what was saved is opened again for the check. */
sealed interface Reopened permits SaveCheck.Saved, Reopened.Foreign {
  /** Networks that another program's runtime computes; each is loaded when it is needed. */
  non-sealed interface Foreign extends Reopened {
    /**
     * Loads a network.
     *
     * @param name {@code text_encoder}, {@code text_encoder_2}, {@code unet} or {@code vae.decode}
     */
    Loaded load(String name);
  }

  /** A loaded network. */
  interface Loaded extends Evaluation, AutoCloseable {
    @Override
    void close();
  }
}
