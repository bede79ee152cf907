/** What a person wants and what has been run: the window's state, and the file that keeps it. */
@NullMarked
package io.granular.app.session;

import org.jspecify.annotations.NullMarked;
