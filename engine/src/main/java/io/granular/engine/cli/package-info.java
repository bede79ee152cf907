/**
 * The command line.
 * One file per command.
 */
@NullMarked
package io.granular.engine.cli;

import org.jspecify.annotations.NullMarked;
