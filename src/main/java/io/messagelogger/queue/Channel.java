package io.messagelogger.queue;

import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.function.Consumer;

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

  /**
   * A subscription that has not begun.
   *
   * @param begun told when Redis has confirmed it
   * @param messages told of every message that is published from then on, one after the other, on
   *     the thread that runs the subscription
   */
  public Subscription subscription(Runnable begun, Consumer<byte[]> messages) {
    return new Subscription(redis, name, begun, messages);
  }
}
