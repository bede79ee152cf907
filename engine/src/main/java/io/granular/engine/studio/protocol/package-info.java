/**
 * What the studio's process and a worker say to each other: JSON-RPC over standard streams.
 * Both ends use these interfaces and this JSON.
 */
@NullMarked
package io.granular.engine.studio.protocol;

import org.jspecify.annotations.NullMarked;
