package io.messagelogger.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.access.Admitted;
import io.messagelogger.filter.Filter;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.log.LogPosition;
import io.messagelogger.testing.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Those who are live are found by what they want, without trying each. */
class FollowersTest {
  private static final String[] FILTERS = {
    "envelope=1",
    "envelope=1&topic=a",
    "envelope=1&topic=a&topic=b",
    "envelope=1&topic=!a",
    "envelope=1&topic=a*",
    "envelope=1&source=s1",
    "envelope=1&destination=d1",
    "envelope=1&subject=s2",
    "envelope=1&subject=d2&topic=b",
    "envelope=1&type=t1&source=s1&source=s2",
    "envelope=1&batch=3",
    "envelope=1&topic=b&batch=2",
    "envelope=1&data.n=1",
  };

  private final FakeLog log = new FakeLog();
  private final Feed feed =
      new Feed(new Tailer(log), log, reader -> true, Settings.from(name -> null));
  private final Random random = new Random(7);

  private record Live(Follower follower, FakeConnection connection, Filter filter) {}

  private Live live(String query) {
    FeedRequest request =
        FeedParameters.read(query, false, false, null, "a test", Admitted.anyone("here"));
    FakeConnection connection = new FakeConnection();
    FeedClient client = feed.client(request, LogPosition.before(1));
    client.outbox().open(connection);
    return new Live(new Follower(client, LogPosition.before(1)), connection, request.filter());
  }

  private Sample random() {
    return FakeLog.sample(random.nextBoolean() ? "a" : random.nextBoolean() ? "b" : "ab")
        .with("source_subject_id", "\"s" + random.nextInt(3) + "\"")
        .with("destination_subject_ids", "[\"d1\", \"d" + random.nextInt(3) + "\"]")
        .with("message_type", "\"t" + random.nextInt(2) + "\"")
        .with("message_data", "{\"n\": " + random.nextInt(2) + "}");
  }

  @Test
  void eachIsShownWhatItsFilterMatchesAndNothingElse() {
    Followers followers = new Followers();
    Map<Live, List<String>> expected = new LinkedHashMap<>();
    for (int i = 0; i < 100; i++) {
      Live live = live(FILTERS[i % FILTERS.length]);
      followers.add(live.follower());
      expected.put(live, new ArrayList<>());
    }
    List<Live> there = new ArrayList<>(expected.keySet());
    for (int batch = 1; batch <= 50; batch++) {
      List<Item> items = new ArrayList<>();
      for (int i = 0; i < 1 + random.nextInt(20); i++) {
        Sample sample = random();
        items.add(new Item(new LogPosition(batch, i + 1), sample.message()));
        for (Live live : there) {
          if (live.filter().matches(sample.message())) {
            expected.get(live).add(FeedStage.uuids(sample).get(0));
          }
        }
      }
      assertThat(followers.show(items, LogPosition.before(batch))).isEmpty();
      there.forEach(live -> live.follower().client().outbox().send());
      if (there.size() > 10) { // some leave
        followers.remove(there.remove(random.nextInt(there.size())).follower());
      }
    }
    expected.forEach(
        (live, uuids) ->
            assertThat(live.connection().uuids()).as(live.filter().query()).isEqualTo(uuids));
    assertThat(followers.size()).isEqualTo(there.size());
  }

  @Test
  void whoHasFallenBehindStandsAfterWhatWasTakenOn() {
    Followers followers = new Followers();
    Live plain = live("envelope=1");
    Live filtered = live("envelope=1&topic=a");
    List.of(plain, filtered).forEach(live -> live.connection().room(0));
    followers.add(plain.follower());
    followers.add(filtered.follower());
    int size = 200_000;
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < 200; i++) { // more than FEED_QUEUE_BYTES together
      Sample sample = FakeLog.sample("a").with("message_data", "\"" + "x".repeat(size) + "\"");
      items.add(new Item(new LogPosition(1, i + 1), sample.message()));
    }
    List<Follower> behind = followers.show(items, LogPosition.before(1));
    assertThat(behind).containsExactlyInAnyOrder(plain.follower(), filtered.follower());
    assertThat(followers.size()).isZero();
    for (Live live : List.of(plain, filtered)) {
      int taken = live.follower().position().index();
      assertThat(taken).isBetween(1, 199);
      live.connection().room(Integer.MAX_VALUE);
      live.follower().client().outbox().writable();
      assertThat(live.connection().uuids()).hasSize(taken);
    }
  }
}
