/**
 * One generation: text, the sampler loop, decoding, previews, timings and the memory ledger.
 * Runs inside a worker process.
 */
@NullMarked
package io.granular.engine.run;

import org.jspecify.annotations.NullMarked;
