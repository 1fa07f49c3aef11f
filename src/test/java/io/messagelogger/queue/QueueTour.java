package io.messagelogger.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** All that the service does with Redis, once, and the users for it of docs/security.md. */
final class QueueTour {
  private static final int SECONDS = 30;

  private final BlockingQueue<byte[]> published = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> begun = new LinkedBlockingQueue<>();

  private QueueTour() {}

  /**
   * The rules of a user, as the page has them.
   *
   * @param command as it begins on the page: ACL SETUSER and the name, and what else tells it from
   *     others
   */
  static List<String> rules(String command, String password) throws IOException {
    Matcher block =
        Pattern.compile("```\\nACL SETUSER \\S+ (" + command + "[^`]*)```")
            .matcher(Files.readString(Path.of("docs/security.md")));
    assertThat(block.find()).as(command).isTrue();
    return Arrays.asList(block.group(1).strip().replace("PASSWORD", password).split("\\s+"));
  }

  /** Goes it. */
  static void go(Redis redis, Settings settings) throws InterruptedException {
    new QueueTour().walk(redis, settings);
  }

  private void walk(Redis redis, Settings settings) throws InterruptedException {
    ClaimQueue queue = new ClaimQueue(redis, new Arrivals(redis, settings), settings);
    Subscription subscription =
        new Channels(redis, settings).subscription(settings.queues().get(0), new Hearing());
    Thread listening = new Thread(subscription::run);
    listening.start();
    assertThat(begun.poll(SECONDS, TimeUnit.SECONDS)).isNotNull();

    queue.push(List.of(Script.bytes("one"), Script.bytes("two"), Script.bytes("three")));
    assertThat(queue.measure().queued()).isEqualTo(3);
    Claim claim = queue.claim(1).orElseThrow();
    assertThat(queue.renew(claim)).isTrue();
    queue.noteRisk(claim);
    queue.takeBackRisk(claim);
    assertThat(queue.split(claim, 2, 0)).isTrue();
    Claim taken = queue.reap().orElseThrow();
    queue.release(taken);
    while (queue.measure().queued() + queue.measure().claims() > 0) {
      Claim again = queue.reap().or(() -> queue.claim(1)).orElseThrow();
      assertThat(queue.acknowledge(again, 0, again.size(), List.of())).isTrue();
    }
    walkWithMany(queue);
    walkWithLarge(queue);
    assertThat(published.poll(SECONDS, TimeUnit.SECONDS)).isNotNull();
    subscription.end();
    listening.join(TimeUnit.SECONDS.toMillis(SECONDS));

    Tickets tickets = new Tickets(redis, settings);
    tickets.keep("id", "content", Duration.ofSeconds(30));
    assertThat(tickets.take("id")).contains("content");
    assertThat(tickets.take("id")).isEqualTo(Optional.empty());
    assertThat(new RedisEngine(redis).look().version()).isNotEqualTo("unknown");
  }

  private static void walkWithMany(ClaimQueue queue) {
    queue.push(List.of(Script.bytes("one"), Script.bytes("two")));
    Claim claim = queue.claim(2).orElseThrow();
    assertThat(queue.acknowledge(claim, 0, 1, List.of())).isTrue();
    assertThat(queue.acknowledge(claim, 1, 2, List.of())).isTrue();
  }

  private static void walkWithLarge(ClaimQueue queue) {
    queue.push(List.of(new byte[2_000_000]));
    Claim claim = queue.claim(1).orElseThrow();
    assertThat(queue.abandon(claim)).isTrue();
    Claim taken = queue.reap().orElseThrow();
    assertThat(queue.read(taken, 0, 10)).hasSize(10);
    assertThat(queue.release(taken)).isTrue();
    Claim again = queue.claim(1).orElseThrow();
    assertThat(queue.acknowledge(again, 0, again.size(), List.of(0))).isTrue();
  }

  private final class Hearing implements Subscription.Hearer {
    @Override
    public void begun() {
      begun.add("yes");
    }

    @Override
    public void published(byte[] payload) {
      published.add(payload);
    }

    @Override
    public void heardUntil(long time) {
      assertThat(time).isNotZero();
    }
  }
}
