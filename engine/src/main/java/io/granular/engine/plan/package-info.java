/**
 * A recipe resolved against one pipeline: what happens to every tensor, and why.
 * Nothing is executed here.
 */
@NullMarked
package io.granular.engine.plan;

import org.jspecify.annotations.NullMarked;
