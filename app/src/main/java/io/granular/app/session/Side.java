package io.granular.app.session;

/** A column of the comparison. */
public enum Side {
  /** The reference. */
  A,
  /** What is compared with it. */
  B;

  /** The one opposite. */
  public Side other() {
    return this == A ? B : A;
  }
}
