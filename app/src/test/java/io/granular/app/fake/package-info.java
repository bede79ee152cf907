/** An engine that draws instead of computing. */
package io.granular.app.fake;
