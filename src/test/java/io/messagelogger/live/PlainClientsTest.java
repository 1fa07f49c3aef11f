package io.messagelogger.live;

import static io.messagelogger.live.FakeLog.sample;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.messagelogger.access.Admitted;
import io.messagelogger.settings.Settings;
import io.messagelogger.testing.Client;
import io.messagelogger.testing.Sample;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that are shown what is published, and what was published while nobody listened. */
class PlainClientsTest {
  private final FakeLog log = new FakeLog();
  private final Feed feed =
      new Feed(new Tailer(log), log, reader -> true, Settings.from(name -> null));
  private final PlainClients clients = new PlainClients(log);
  private final Thread sending = new Thread(clients.sending());

  @BeforeEach
  void start() {
    sending.start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    clients.end();
    sending.join(10_000);
    assertThat(sending.isAlive()).isFalse();
  }

  private FakeConnection connect() {
    FakeConnection connection = new FakeConnection();
    FeedClient client =
        feed.client(
            FeedParameters.read(null, false, false, null, "a test", Admitted.anyone("here")), null);
    client.outbox().open(connection);
    clients.join(client);
    return connection;
  }

  private void publish(Sample sample) {
    clients.show(sample.message(), sample.bytes());
  }

  private static void awaitFrames(FakeConnection connection, List<String> frames) {
    await()
        .atMost(30, SECONDS)
        .untilAsserted(() -> assertThat(connection.frames()).isEqualTo(frames));
  }

  private static String uuid(String frame) {
    return Client.object(frame).getString("message_uuid");
  }

  @Test
  void whatIsPublishedIsShownAsItIsAndOnce() {
    FakeConnection client = connect();
    Sample one = sample("a");
    publish(one);
    publish(one);
    clients.show(null, "no message".getBytes(StandardCharsets.UTF_8));
    awaitFrames(client, List.of(one.json(), "no message"));
    assertThat(clients.shownCount()).isEqualTo(2);
  }

  @Test
  void whatWasPublishedWhileThereWasNoSubscriptionIsShownFromTheTable() {
    FakeConnection client = connect();
    Sample heard = sample("a");
    log.store(heard);
    publish(heard);
    Sample missed = sample("b");
    log.store(missed, sample("b"));
    log.store(heard); // as if it were stored later: it is known all the same
    clients.subscribed("MESSAGES");
    publish(missed); // published again, as after a server has died
    Sample after = sample("c");
    publish(after);
    await().atMost(30, SECONDS).until(() -> client.frames().contains(after.json()));
    List<String> frames = client.frames();
    assertThat(frames.get(0)).isEqualTo(heard.json());
    assertThat(uuid(frames.get(1))).isEqualTo(FeedStage.uuids(missed).get(0));
    assertThat(frames).hasSize(4).last().isEqualTo(after.json());
  }

  @Test
  void itIsShownOnceTheDatabaseAnswers() {
    FakeConnection client = connect();
    Sample missed = sample("a");
    log.store(missed);
    log.down(true);
    clients.subscribed("MESSAGES");
    clients.fill();
    assertThat(client.frames()).isEmpty();
    log.down(false);
    clients.fill();
    clients.fill();
    await().atMost(30, SECONDS).until(() -> client.frames().size() == 1);
    assertThat(uuid(client.frames().get(0))).isEqualTo(FeedStage.uuids(missed).get(0));
    assertThat(clients.shownCount()).isEqualTo(1);
  }

  @Test
  void nothingIsMissedByNobody() {
    log.store(sample("a"));
    clients.subscribed("MESSAGES");
    FakeConnection client = connect();
    clients.fill();
    Sample after = sample("b");
    publish(after);
    awaitFrames(client, List.of(after.json()));
    assertThat(log.messagesRead()).isZero();
  }
}
