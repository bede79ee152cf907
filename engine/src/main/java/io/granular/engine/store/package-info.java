/**
 * Model files: safetensors, diffusers folders, single-file checkpoints, pictures.
 * Files are memory-mapped and untrusted: sizes and offsets are checked before anything is read.
 */
@NullMarked
package io.granular.engine.store;

import org.jspecify.annotations.NullMarked;
