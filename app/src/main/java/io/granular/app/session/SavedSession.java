package io.granular.app.session;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The window's state as the session file keeps it. Everything may be missing in a file of another
 * version.
 *
 * @param window where the window was
 * @param cards width of the side cards
 * @param theme {@code system}, {@code light} or {@code dark}
 * @param view the open view of the stage
 * @param model {@code demo}, a folder or a file
 * @param models the remembered ones
 * @param prompt the text
 * @param negative what to keep away from
 * @param seed of the initial noise
 * @param linked whether both sides are sampled alike
 * @param a settings of side A
 * @param b settings of side B
 * @param threads computing threads; 0 for the number of cores
 * @param previews whether a preview is made after every step
 */
public record SavedSession(@Nullable Bounds window, @Nullable Double cards, @Nullable String theme,
    @Nullable String view, @Nullable String model, @Nullable List<String> models,
    @Nullable String prompt, @Nullable String negative, @Nullable Long seed,
    @Nullable Boolean linked, @Nullable SideSettings a, @Nullable SideSettings b,
    @Nullable Integer threads, @Nullable Boolean previews) {
  /** Nothing saved. */
  public static final SavedSession NONE = new SavedSession(null, null, null, null, null, null, null,
      null, null, null, null, null, null, null);

  /** A window's place on the screen. */
  public record Bounds(double x, double y, double width, double height, boolean maximized) {}

  /** Puts what was saved into a session; the model is opened elsewhere. */
  public void restore(Session session) {
    if (prompt != null) {
      session.prompt().set(prompt);
    }
    if (negative != null) {
      session.negative().set(negative);
    }
    if (seed != null) {
      session.seed().set(seed);
    }
    if (linked != null) {
      session.linked().set(linked);
    }
    if (threads != null) {
      session.threads().set(Math.clamp(threads, 0, 1024));
    }
    if (previews != null) {
      session.previews().set(previews);
    }
    restore(session.side(Side.A), a);
    restore(session.side(Side.B), b);
  }

  private static void restore(SideModel side, @Nullable SideSettings saved) {
    // A file edited by hand may lack a part.
    if (saved != null && saved.recipe() != null && saved.sampling() != null) {
      side.settings().set(saved.checked());
    }
  }
}
