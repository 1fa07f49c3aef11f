package io.messagelogger.live;

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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reading for the clients that are not live. */
class ReplaysTest {
  private static final int STORED = 2000;
  private static final LogPosition START = LogPosition.before(1);

  private final FeedStage stage = new FeedStage(Map.of("FEED_REPLAYS", "2"));
  private final List<Sample> stored = new ArrayList<>();

  @BeforeEach
  void store() throws InterruptedException {
    while (stored.size() < STORED) {
      Sample[] batch = new Sample[100];
      for (int i = 0; i < batch.length; i++) {
        batch[i] =
            FakeLog.sample(i % 2 == 0 ? "a" : "b")
                .with("message_data", "\"" + "x".repeat(1000) + "\"");
      }
      stage.log.store(batch);
      stored.addAll(List.of(batch));
    }
    stage.tailer.end();
  }

  @AfterEach
  void stop() throws InterruptedException {
    stage.close();
  }

  @Test
  void manyShareAFewReaders() {
    List<FakeConnection> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      FakeConnection connection = new FakeConnection();
      stage.client(i % 2 == 0 ? "here" : "there", "envelope=1", START, connection);
      clients.add(connection);
    }
    List<String> all = uuids(stored.toArray(Sample[]::new));
    clients.forEach(client -> awaitUuids(client, all));
    clients.forEach(client -> awaitType(client, "caught_up"));
    assertThat(stage.log.mostReading()).isBetween(1, 2);
    assertThat(stage.tailer.replayingCount()).isZero();
  }

  @Test
  void aCallerWithManyClientsIsReadForOneAtATime() {
    List<FakeConnection> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      clients.add(stage.connect("envelope=1", START, new FakeConnection()));
    }
    clients.forEach(client -> awaitType(client, "caught_up"));
    assertThat(stage.log.mostReading()).isOne();
    assertThat(stage.tailer.replayingCount()).isZero();
  }

  @Test
  void aClientIsReadForAtItsOwnSpeedAndTheOthersAtTheirs() {
    FakeConnection stalled = new FakeConnection();
    stalled.room(10_000);
    stage.connect("envelope=1", START, stalled);
    FakeConnection other = stage.connect("envelope=1&topic=b", START, new FakeConnection());
    awaitType(other, "caught_up");
    assertThat(other.uuids()).hasSize(STORED / 2);
    await().atMost(30, SECONDS).until(() -> stage.log.messagesRead() > STORED);
    assertThat(stage.log.messagesRead())
        .as("no more was read than may wait for the one that is stalled")
        .isLessThan(2 * STORED);
    assertThat(stalled.types()).isEmpty();
    stalled.room(Integer.MAX_VALUE);
    stage.writable();
    awaitType(stalled, "caught_up");
    assertThat(stalled.uuids()).isEqualTo(uuids(stored.toArray(Sample[]::new)));
  }

  @Test
  void whatIsStoredMeanwhileFollowsWithoutAGap() {
    FakeConnection client = new FakeConnection();
    client.room(50_000);
    stage.connect("envelope=1", START, client);
    for (int i = 0; i < 50; i++) {
      Sample sample = FakeLog.sample("a");
      stage.publish(sample);
      stage.log.store(sample);
      stored.add(sample);
      client.room(100_000);
      stage.writable();
    }
    client.room(Integer.MAX_VALUE);
    stage.writable();
    awaitUuids(client, uuids(stored.toArray(Sample[]::new)));
    assertThat(client.types()).containsOnlyOnce("caught_up");
  }

  @Test
  void aReplayGoesOnWhenTheDatabaseAnswersAgain() {
    stage.log.down(true);
    FakeConnection client = stage.connect("envelope=1", START, new FakeConnection());
    await().atMost(30, SECONDS).until(() -> stage.tailer.replayingCount() == 1);
    assertThat(client.uuids()).isEmpty();
    stage.log.down(false);
    awaitType(client, "caught_up");
    assertThat(client.uuids()).isEqualTo(uuids(stored.toArray(Sample[]::new)));
  }
}
