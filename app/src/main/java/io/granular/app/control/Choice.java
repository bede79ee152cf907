package io.granular.app.control;

import org.jspecify.annotations.Nullable;

/**
 * One entry of a choice.
 *
 * @param id as the engine names it; null for "as the model says"
 * @param name when it is chosen
 * @param entry in the list, where "as the model says" has to be told from choosing the same
 */
public record Choice(@Nullable String id, String name, String entry) {}
