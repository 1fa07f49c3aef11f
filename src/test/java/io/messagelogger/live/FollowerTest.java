package io.messagelogger.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.access.Admitted;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.log.LogPosition;
import io.messagelogger.testing.Client;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a client that follows the log is told, and in which form. */
class FollowerTest {
  private final FakeLog log = new FakeLog();
  private final Feed feed =
      new Feed(new Tailer(log), log, reader -> true, Settings.from(name -> null));
  private final FakeConnection connection = new FakeConnection();

  private Follower follower(String query, boolean events, LogPosition start) {
    FeedRequest request =
        FeedParameters.read(query, events, false, null, "a test", Admitted.anyone("here"));
    FeedClient client = feed.client(request, start);
    client.outbox().open(connection);
    return new Follower(client, start);
  }

  private static List<Item> items(int count) {
    List<Item> items = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      items.add(new Item(new LogPosition(1, i), FakeLog.sample("a").message()));
    }
    return items;
  }

  private static void send(Follower follower) {
    follower.client().outbox().send();
  }

  @Test
  void itIsToldOnceThatItHasCaughtUp() {
    Follower follower = follower("envelope=1", false, LogPosition.before(1));
    follower.live(LogPosition.before(1));
    follower.live(LogPosition.before(1));
    send(follower);
    assertThat(connection.frames()).containsExactly("{\"type\":\"caught_up\",\"cursor\":\"1.0\"}");
  }

  @Test
  void aGapIsToldBeforeWhatFillsItAndThatItIsFilledAfterIt() {
    Follower follower = follower("envelope=1", false, LogPosition.before(1));
    follower.live(LogPosition.before(1));
    follower.show(items(2));
    follower.fallBehind();
    follower.sayGap(LogPosition.before(3));
    follower.sayGap(LogPosition.before(9)); // it has been told
    follower.sayRefilled(); // not yet
    follower.position(LogPosition.before(3));
    follower.sayRefilled();
    follower.sayRefilled();
    send(follower);
    assertThat(connection.types()).containsExactly("caught_up", "gap", "refilled");
    JsonObject gap = connection.envelopes().get(3);
    assertThat(gap.getString("from")).isEqualTo("1.2");
    assertThat(gap.getString("to")).isEqualTo("3.0");
    assertThat(connection.envelopes().get(4).getString("to")).isEqualTo("3.0");
  }

  @Test
  void severalMessagesComeInAFrameAsAnArray() {
    Follower follower = follower("envelope=1&batch=3", false, LogPosition.before(1));
    follower.show(items(7));
    send(follower);
    assertThat(connection.frames()).hasSize(3);
    assertThat(connection.frames())
        .extracting(frame -> Client.array(frame).size())
        .containsExactly(3, 3, 1);
    assertThat(follower.position()).isEqualTo(new LogPosition(1, 7));
  }

  @Test
  void anEventHasItsTypeItsCursorAndOneLineOfData() {
    Follower follower = follower("", true, LogPosition.before(1));
    follower.live(LogPosition.before(1));
    List<Item> items = items(1);
    follower.show(items);
    send(follower);
    String uuid = items.get(0).message().messageUuid().toString();
    String[] lines = connection.text().split("\n", -1);
    assertThat(lines[0]).isEqualTo("event: caught_up");
    assertThat(lines[1]).isEqualTo("id: 1.0");
    assertThat(lines[4]).isEqualTo("event: message");
    assertThat(lines[5]).isEqualTo("id: 1.1");
    JsonObject data = Client.object(lines[6].substring("data: ".length()));
    assertThat(data.getJsonObject("message").getString("message_uuid")).isEqualTo(uuid);
    assertThat(lines[7]).isEmpty();
  }

  @Test
  void aClientWithoutEnvelopesIsToldNothingButMessages() {
    Follower follower = follower("topic=a", false, LogPosition.before(1));
    follower.live(LogPosition.before(1));
    follower.show(items(1));
    follower.fallBehind();
    follower.sayGap(LogPosition.before(2));
    follower.heartbeat(LogPosition.before(2), 0);
    send(follower);
    assertThat(connection.frames()).hasSize(1);
    assertThat(connection.frames().get(0)).startsWith("{\"message_uuid\":");
  }

  @Test
  void aHeartbeatComesOnlyWhenNothingElseDid() {
    Follower follower = follower("envelope=1", false, LogPosition.before(1));
    follower.heartbeat(LogPosition.before(1), 0);
    send(follower);
    follower.heartbeat(LogPosition.before(1), Long.MAX_VALUE);
    send(follower);
    assertThat(connection.types()).containsExactly("heartbeat");
  }

  /** It has come with a cursor from a server that was further. */
  @Test
  void whatItHasHadElsewhereIsNotShownAgain() {
    Follower follower = follower("envelope=1", false, new LogPosition(1, 3));
    follower.live(new LogPosition(1, 1));
    List<Item> items = items(5);
    assertThat(items.stream().filter(follower::wants))
        .containsExactlyElementsOf(items.subList(3, 5));
    assertThat(follower.wantsAll()).as("it is not sent what all are").isFalse();
  }
}
