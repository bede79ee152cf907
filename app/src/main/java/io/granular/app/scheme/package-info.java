/** The settings card of each side: recipe, sampling, cost before and after. */
@NullMarked
package io.granular.app.scheme;

import org.jspecify.annotations.NullMarked;
