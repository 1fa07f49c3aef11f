package io.messagelogger.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.message.Fingerprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Invariant: one of the last {@code capacity} fingerprints is always known; a new one never is. */
class RecentFingerprintsTest {
  @Test
  void theLastOnesAreKnownAndNewOnesAreNot() {
    int capacity = 64;
    RecentFingerprints recent = new RecentFingerprints(capacity);
    Random random = new Random(5);
    List<Fingerprint> added = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      Fingerprint fresh =
          new Fingerprint(new UUID(random.nextLong(), random.nextLong()), random.nextLong());
      assertThat(recent.add(fresh)).isTrue();
      added.add(fresh);
      int back = random.nextInt(Math.min(added.size(), capacity));
      assertThat(recent.add(added.get(added.size() - 1 - back))).isFalse();
    }
  }

  @Test
  void otherContentOfTheSameUuidIsNew() {
    RecentFingerprints recent = new RecentFingerprints(64);
    UUID uuid = UUID.randomUUID();
    assertThat(recent.add(new Fingerprint(uuid, 1))).isTrue();
    assertThat(recent.add(new Fingerprint(uuid, 2))).isTrue();
    assertThat(recent.add(new Fingerprint(uuid, 1))).isFalse();
  }
}
