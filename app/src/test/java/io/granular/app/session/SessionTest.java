package io.granular.app.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SessionTest {
  private final Session session = new Session();
  private final SideModel a = session.side(Side.A);
  private final SideModel b = session.side(Side.B);

  @Test
  void linkedSidesAreSampledAlikeWhicheverIsChanged() {
    a.settings().set(a.settings().get().withSampling(Sampling.MODEL_DEFAULT.withSteps(7)));
    assertThat(b.settings().get().sampling().steps()).isEqualTo(7);
    assertThat(b.settings().get().recipe()).isEqualTo("w8a8-dynamic");
    b.settings().set(b.settings().get().withSampling(Sampling.MODEL_DEFAULT.withSampler("lcm")));
    assertThat(a.settings().get().sampling()).isEqualTo(Sampling.MODEL_DEFAULT.withSampler("lcm"));
  }

  @Test
  void unlinkedSidesAreTheirOwnUntilLinkedAgain() {
    session.linked().set(false);
    a.settings().set(a.settings().get().withSampling(Sampling.MODEL_DEFAULT.withSteps(7)));
    assertThat(b.settings().get().sampling()).isEqualTo(Sampling.MODEL_DEFAULT);
    session.linked().set(true);
    assertThat(b.settings().get().sampling().steps()).as("A is the reference").isEqualTo(7);
  }

  @Test
  void swappingExchangesEverything() {
    session.linked().set(false);
    a.settings().set(a.settings().get().withSampling(Sampling.MODEL_DEFAULT.withSteps(7)));
    SideSettings formerA = a.settings().get();
    SideSettings formerB = b.settings().get();
    session.swap();
    assertThat(a.settings().get()).isEqualTo(formerB);
    assertThat(b.settings().get()).isEqualTo(formerA);
  }

  @Test
  void whatIsWantedFollowsThePromptWithoutItsBlanks() {
    session.prompt().set("  a fox ");
    assertThat(session.wanted(Side.A).prompt()).isEqualTo("a fox");
    assertThat(session.upToDate(Side.A)).isFalse();
  }
}
