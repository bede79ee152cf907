package io.granular.engine.save;

/** What formats can hold, known before anything is saved. */
public final class SaveFits {
  private SaveFits() {}

  /** What a format can hold of a plan; reads no weights. */
  public static Fit of(SaveFormat format, SaveSubject subject) {
    return Writers.of(format).fit(subject);
  }
}
