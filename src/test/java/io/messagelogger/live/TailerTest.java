package io.messagelogger.live;

import static io.messagelogger.live.FakeLog.sample;
import static io.messagelogger.live.FeedStage.awaitType;
import static io.messagelogger.live.FeedStage.awaitUuids;
import static io.messagelogger.live.FeedStage.uuids;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.store.log.LogPosition;
import io.messagelogger.testing.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The way of what is stored to the clients that follow the log. */
class TailerTest {
  private final FeedStage stage =
      new FeedStage(Map.of("FEED_QUEUE_FRAMES", "20", "FEED_REPLAYS", "2"));

  @AfterEach
  void stop() throws InterruptedException {
    stage.close();
  }

  @Test
  void whatIsStoredIsShownOnceAndInItsOrder() throws InterruptedException {
    FakeConnection all = stage.connect("envelope=1");
    FakeConnection some = stage.connect("topic=b&envelope=1");
    awaitType(all, "caught_up");
    awaitType(some, "caught_up");
    Sample one = sample("a");
    Sample two = sample("b");
    Sample three = sample("b");
    stage.log.store(one, two);
    stage.publish(two, one); // in another order, as several servers may
    stage.log.store(three);
    stage.publish(three);
    awaitUuids(all, uuids(one, two, three));
    awaitUuids(some, uuids(two, three));
    assertThat(all.types()).containsExactly("caught_up");
  }

  @Test
  void whatWasPublishedAsItWasStoredIsNotReadAgain() throws InterruptedException {
    FakeConnection client = stage.connect("envelope=1");
    awaitType(client, "caught_up");
    Sample published = sample("a");
    stage.publish(published);
    stage.log.store(published);
    stage.publish(sample("wakes the tailer"));
    awaitUuids(client, uuids(published));
    assertThat(stage.log.messagesRead()).isZero();
    Sample other = published.with("topic", "\"not what is stored\"");
    stage.publish(other);
    stage.log.store(published);
    awaitUuids(client, List.of(uuids(published).get(0), uuids(published).get(0)));
    assertThat(stage.log.messagesRead()).isEqualTo(1);
    assertThat(client.text()).doesNotContain("not what is stored");
  }

  @Test
  void whatIsNotPublishedIsReadFromTheTable() throws InterruptedException {
    FakeConnection client = stage.connect("envelope=1");
    awaitType(client, "caught_up");
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      samples.add(sample("a"));
      stage.log.store(samples.get(i));
    }
    awaitUuids(client, uuids(samples.toArray(Sample[]::new)));
  }

  @Test
  void nothingIsShownBehindANumberThatMayStillCome() throws InterruptedException {
    FakeConnection client = stage.connect("envelope=1");
    awaitType(client, "caught_up");
    stage.log.open("late", "rolled back");
    long late = stage.log.draw();
    long never = stage.log.draw();
    Sample early = sample("a");
    stage.log.store(early);
    stage.publish(early);
    await().atMost(30, SECONDS).until(() -> stage.tailer.lagSeconds() > 0);
    assertThat(client.uuids()).isEmpty();
    Sample first = sample("a");
    stage.log.storeAs(late, first);
    stage.log.open("rolled back");
    awaitUuids(client, uuids(first));
    stage.log.open();
    awaitUuids(client, uuids(first, early));
    await().atMost(30, SECONDS).until(() -> stage.tailer.lagSeconds() == 0);
    assertThat(never).isGreaterThan(late);
  }

  @Test
  void whoReadsTooSlowlyIsSentTheRestFromTheTable() throws InterruptedException {
    FakeConnection slow = stage.connect("envelope=1");
    FakeConnection quick = stage.connect("envelope=1");
    awaitType(slow, "caught_up");
    awaitType(quick, "caught_up");
    slow.room(0);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      samples.add(sample("a"));
      stage.log.store(samples.get(i));
      stage.publish(samples.get(i));
    }
    List<String> all = uuids(samples.toArray(Sample[]::new));
    awaitUuids(quick, all);
    await().atMost(30, SECONDS).until(() -> stage.tailer.gapCount() == 1);
    assertThat(stage.tailer.replayingCount()).isEqualTo(1);
    slow.room(Integer.MAX_VALUE);
    stage.writable();
    awaitUuids(slow, all);
    awaitType(slow, "refilled");
    assertThat(slow.types()).containsExactly("caught_up", "gap", "refilled");
    assertThat(quick.types()).containsExactly("caught_up");
    Sample after = sample("a");
    stage.log.store(after);
    stage.publish(after);
    all = new ArrayList<>(all);
    all.addAll(uuids(after));
    awaitUuids(slow, all);
    assertThat(stage.tailer.replayingCount()).isZero();
  }

  @Test
  void aDatabaseThatDoesNotAnswerCostsNothingButTime() throws InterruptedException {
    FakeConnection client = stage.connect("envelope=1");
    awaitType(client, "caught_up");
    stage.log.down(true);
    Sample one = sample("a");
    stage.log.store(one);
    stage.publish(one);
    await().atMost(30, SECONDS).until(() -> !stage.tailer.condition().state().up());
    assertThat(stage.tailer.condition().state().reason()).contains("no answer");
    Sample two = sample("a");
    stage.log.store(two);
    stage.log.down(false);
    awaitUuids(client, uuids(one, two));
    assertThat(stage.tailer.condition().state().up()).isTrue();
  }

  @Test
  void whoComesWithACursorIsSentWhatFollowedIt() throws InterruptedException {
    Sample[] stored = {sample("a"), sample("a"), sample("b"), sample("a")};
    stage.log.store(stored[0], stored[1]);
    stage.log.store(stored[2], stored[3]);
    stage.log.erase(stored[1].message());
    stage.tailer.end();
    FakeConnection client =
        stage.connect("envelope=1&since=1.1", new LogPosition(1, 1), new FakeConnection());
    awaitType(client, "caught_up");
    assertThat(client.uuids())
        .as("what was erased is not there")
        .isEqualTo(uuids(stored[2], stored[3]));
  }
}
