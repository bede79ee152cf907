/**
 * Networks as small typed graphs, built from a pipeline's own config.json.
 * Operators and parameter names are those of diffusers; shapes are checked while building.
 */
@NullMarked
package io.granular.engine.network;

import org.jspecify.annotations.NullMarked;
