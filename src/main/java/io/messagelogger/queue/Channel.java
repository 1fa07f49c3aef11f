package io.messagelogger.queue;

import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** The pub/sub channel of the queue's name, for those who listen to it. Thread-safe. */
@ApplicationScoped
public class Channel {
  private final Redis redis;
  private final byte[] name;

  /** The channel that the settings name. */
  @Inject
  public Channel(Redis redis, Settings settings) {
    this.redis = redis;
    this.name = Script.bytes(settings.text(Setting.REDIS_QUEUE));
  }

  /** A subscription that has not begun. */
  public Subscription subscription(Subscription.Hearer hearer) {
    return new Subscription(redis, name, hearer);
  }
}
