/** Drives a window that is drawn into memory: mouse, keys, snapshots. */
package io.granular.app.harness;
