package io.messagelogger.queue;

import io.messagelogger.settings.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;

/** All queues that this server drains, each with its own claims. Thread-safe. */
@ApplicationScoped
public class Queues {
  private final List<ClaimQueue> all;

  /** The queues that the settings name. */
  @Inject
  public Queues(Redis redis, Settings settings) {
    this(
        settings.queues().stream()
            .map(name -> new ClaimQueue(redis, new Arrivals(redis, name, settings), settings))
            .toList());
  }

  /**
   * These.
   *
   * @param all at least one
   */
  public Queues(List<ClaimQueue> all) {
    this.all = List.copyOf(all);
  }

  /** All, in the order of the settings. */
  public List<ClaimQueue> all() {
    return all;
  }

  /** Queues messages behind all that wait in the first queue, all or none. */
  public void push(List<byte[]> payloads) {
    all.get(0).push(payloads);
  }

  /**
   * How many messages wait.
   *
   * @throws QueueUnavailableException when that is not known of each queue
   */
  public long queued() {
    return all.stream().mapToLong(queue -> queue.measure().queued()).sum();
  }
}
