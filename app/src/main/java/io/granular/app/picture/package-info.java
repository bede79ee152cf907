/** Decoded pictures and what is computed from two of them; pixels only, no controls. */
@NullMarked
package io.granular.app.picture;

import org.jspecify.annotations.NullMarked;
