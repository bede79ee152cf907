package io.granular.app.scheme;

import org.jspecify.annotations.Nullable;

/**
 * One entry of a choice.
 *
 * @param id as the engine names it; null for "as the model says"
 * @param text as a person reads it
 */
record Choice(@Nullable String id, String text) {}
