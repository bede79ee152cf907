/**
 * Editing a recipe module by module: overrides are rules before those of a base recipe, so what is edited stays an
 * ordinary recipe. Recipes are handled as plain JSON here, so that keys this package does not know survive.
 */
@NullMarked
package io.granular.app.edit;

import org.jspecify.annotations.NullMarked;
