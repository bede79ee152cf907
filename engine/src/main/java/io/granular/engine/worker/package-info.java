/**
 * The worker process: one side of a comparison, driven by JSON-RPC over standard streams.
 * The server half of the protocol in studio.
 */
@NullMarked
package io.granular.engine.worker;

import org.jspecify.annotations.NullMarked;
