/** Words and numbers as a person reads them: translations, bytes, seconds, ratios. */
@NullMarked
package io.granular.app.text;

import org.jspecify.annotations.NullMarked;
