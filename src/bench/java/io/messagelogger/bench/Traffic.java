package io.messagelogger.bench;

import io.messagelogger.message.Message;
import io.messagelogger.message.MessageWriter;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * Messages of about 500 bytes as producers send them now: uuids without an order, times that go on,
 * 5,000 subjects, 20 topics. The same in every run but for the times. Used by one thread.
 */
final class Traffic {
  private static final int SUBJECTS = 5000;
  private static final int TOPICS = 20;
  private static final int TYPES = 5;
  private static final int NODES = 40;
  private static final long VERSION_4 = 0x4000L;
  private static final long VERSION = 0xf000L;

  private final Random random;
  private Instant time =
      Instant.now()
          .minus(Integer.getInteger("age", 10), ChronoUnit.MINUTES)
          .truncatedTo(ChronoUnit.MICROS);
  private int number;

  /** Traffic of its own for every seed. */
  Traffic(long seed) {
    this.random = new Random(seed);
  }

  List<Message> next(int count) {
    List<Message> messages = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      messages.add(next());
    }
    return messages;
  }

  Message next() {
    time = time.plus(1 + random.nextInt(400), ChronoUnit.MICROS);
    number++;
    int receiver = random.nextInt(SUBJECTS);
    List<String> destinations =
        receiver % 10 == 0
            ? List.of(subject(receiver), subject(receiver + 1), subject(receiver + 17))
            : List.of(subject(receiver));
    UUID uuid =
        new UUID(
            (random.nextLong() & ~VERSION) | VERSION_4, (random.nextLong() >>> 2) | Long.MIN_VALUE);
    String data =
        """
        {"text":"the parcel left the warehouse and waits for its payment","order":%d,\
        "amount":%d.25,"trace":"%016x","tags":["batch","region-%d"]}"""
            .formatted(number, random.nextInt(1000), random.nextLong(), receiver % 7);
    String metadata =
        """
        {"priority":"normal","hop":%d,"host":"node-%d"}"""
            .formatted(number % TYPES, receiver % NODES);
    return new Message(
        uuid,
        time,
        time.plusMillis(3),
        data,
        subject(random.nextInt(SUBJECTS)),
        destinations,
        "topic-" + random.nextInt(TOPICS),
        "type-" + random.nextInt(TYPES),
        metadata);
  }

  /** A message as it is pushed. */
  static byte[] json(Message message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(600);
    try (MessageWriter writer = new MessageWriter(bytes)) {
      writer.write(message);
    }
    return bytes.toByteArray();
  }

  private static String subject(int number) {
    return "subject-" + number % SUBJECTS;
  }
}
