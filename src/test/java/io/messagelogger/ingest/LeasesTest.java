package io.messagelogger.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.queue.Claim;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a server holds, and when it knows that it holds it no longer. */
class LeasesTest {
  private final FakeQueue queue = new FakeQueue();
  private final Leases leases = new Leases(queue);
  private final Claim fresh = Stage.claim(1);
  private final Claim taken = Stage.claim(1, 1, List.of(Stage.message()));

  @Test
  void aClaimIsHeldUntilItIsDropped() {
    leases.hold(fresh);
    assertThat(leases.holds(fresh)).isTrue();
    leases.renew();
    assertThat(leases.holds(fresh)).isTrue();
    leases.drop(fresh);
    leases.renew();
    assertThat(queue.asked).containsExactly("renew claim.0");
  }

  @Test
  void theNextRenewalTellsThatAClaimWasTakenOver() {
    leases.hold(fresh);
    queue.lost.add(fresh.id());
    leases.renew();
    assertThat(leases.holds(fresh)).isFalse();
  }

  @Test
  void aClaimIsStillHeldWhenRedisDoesNotAnswer() {
    leases.hold(fresh);
    queue.outages = 1;
    leases.renew();
    assertThat(leases.holds(fresh)).isTrue();
    leases.renew();
    assertThat(queue.asked).containsExactly("failed renew claim.0", "renew claim.0");
  }

  @Test
  void onlyTheRiskOfAClaimThatWasTakenOverIsNotedAndOnce() {
    leases.hold(fresh);
    leases.noteRisk(fresh);
    leases.hold(taken);
    leases.noteRisk(taken);
    leases.noteRisk(taken);
    leases.takeBackRisk(taken);
    leases.takeBackRisk(taken);
    assertThat(queue.asked).containsExactly("note risk of claim.1", "take back risk of claim.1");
  }

  @Test
  void givingUpIsNoDeath() {
    leases.hold(taken);
    leases.noteRisk(taken);
    leases.giveUp();
    assertThat(queue.asked)
        .containsExactly("note risk of claim.1", "take back risk of claim.1", "abandon claim.1");
    assertThat(leases.holds(taken)).isFalse();
  }

  @Test
  void givingUpEndsWhenRedisIsDown() {
    leases.hold(taken);
    queue.outages = 1;
    leases.giveUp();
    assertThat(queue.asked).containsExactly("failed abandon claim.1");
    assertThat(leases.holds(taken)).isFalse();
  }
}
