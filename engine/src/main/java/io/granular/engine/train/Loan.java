package io.granular.engine.train;

import io.granular.engine.lower.Evaluation;

/** A network for a while; closing it gives it back. */
interface Loan extends AutoCloseable {
  /** The network. */
  Evaluation network();

  @Override
  void close();

  /** One that stays with its owner. */
  static Loan of(Evaluation network) {
    return of(network, () -> {});
  }

  /** One that is given back by {@code back}. */
  static Loan of(Evaluation network, Runnable back) {
    return new Loan() {
      @Override
      public Evaluation network() {
        return network;
      }

      @Override
      public void close() {
        back.run();
      }
    };
  }
}
