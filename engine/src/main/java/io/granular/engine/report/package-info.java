/**
 * Comparison reports: an HTML page, CSV and JSON.
 * Self-contained files, nothing is fetched.
 */
@NullMarked
package io.granular.engine.report;

import org.jspecify.annotations.NullMarked;
