package io.messagelogger.queue;

import io.messagelogger.settings.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;

/** The pub/sub channels of the queues' names, for those who listen to them. Thread-safe. */
@ApplicationScoped
public class Channels {
  private final Redis redis;
  private final List<String> names;

  /** The channels that the settings name. */
  @Inject
  public Channels(Redis redis, Settings settings) {
    this.redis = redis;
    this.names = settings.queues();
  }

  /** What can be subscribed to. */
  public List<String> names() {
    return names;
  }

  /** A subscription to one of them that has not begun. */
  public Subscription subscription(String name, Subscription.Hearer hearer) {
    return new Subscription(redis, name, hearer);
  }
}
