package io.messagelogger.live;

import io.messagelogger.filter.Candidate;
import io.messagelogger.message.Message;
import io.messagelogger.message.MessageWriter;
import io.messagelogger.store.log.LogPosition;
import java.io.ByteArrayOutputStream;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A stored message on its way to clients. What is sent is made once for all who are sent the same.
 * Used by one thread.
 */
final class Item {
  private static final byte[] END = Frames.ascii("}");

  private final LogPosition after;
  private final Candidate candidate;
  private byte @Nullable [] json;
  private byte @Nullable [] envelope;
  private final Map<Shape, byte[]> frames = new EnumMap<>(Shape.class);

  /**
   * @param after the place in the log after it
   */
  Item(LogPosition after, Message message) {
    this.after = after;
    this.candidate = new Candidate(message);
  }

  LogPosition after() {
    return after;
  }

  Message message() {
    return candidate.message();
  }

  Candidate candidate() {
    return candidate;
  }

  /** The nine keys. */
  private byte[] json() {
    if (json == null) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
      try (MessageWriter writer = new MessageWriter(bytes)) {
        writer.write(candidate.message());
      }
      json = bytes.toByteArray();
    }
    return json;
  }

  /** The nine keys with the cursor. */
  byte[] envelope() {
    if (envelope == null) {
      envelope =
          Frames.join(
              Frames.ascii(
                  "{\"type\":\"message\",\"cursor\":\"" + after.cursor() + "\",\"message\":"),
              json(),
              END);
    }
    return envelope;
  }

  /** The frame or event of it alone. */
  byte[] frame(Shape shape) {
    return frames.computeIfAbsent(
        shape,
        one ->
            switch (one) {
              case BARE -> Frames.text(json());
              case ENVELOPE -> Frames.text(envelope());
              case EVENT -> Frames.event("message", after.cursor(), envelope());
            });
  }

  /** How a message is sent alone. */
  enum Shape {
    /** A WebSocket frame of the nine keys. */
    BARE,
    /** A WebSocket frame with the cursor. */
    ENVELOPE,
    /** A server-sent event with the cursor. */
    EVENT;

    static Shape of(FeedRequest request) {
      return request.events() ? EVENT : request.envelope() ? ENVELOPE : BARE;
    }
  }
}
