/**
 * The Modules screen: every module of the opened model with what a side's recipe does to it, and its
 * editing, by module or by group.
 */
@NullMarked
package io.granular.app.modules;

import org.jspecify.annotations.NullMarked;
