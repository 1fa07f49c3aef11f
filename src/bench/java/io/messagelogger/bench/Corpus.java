package io.messagelogger.bench;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.function.IntPredicate;

/**
 * The messages of a benchmark: spread evenly over a year, in order of time, and computed from their
 * number alone, here and in SQL, so that what an answer must hold is known without asking the
 * database. Immutable and thread-safe.
 *
 * <p>Of the messages the subject {@value #HOT} takes part in 20 %, half of them as source, {@value
 * #MIDDLING} in 0.1 %, {@value #RARE} in one. The others are among 5,000 subjects; a tenth of them
 * has three recipients. Of 20 topics {@value #TOPIC} has 10 %, {@value #RARE_TOPIC} 0.1 %.
 *
 * @param size how many
 * @param end the time after the last one
 */
record Corpus(int size, Instant end) {
  static final String HOT = "hot";
  static final String MIDDLING = "middling";
  static final String RARE = "rare";
  static final String TOPIC = "topic-0";
  static final String RARE_TOPIC = "topic-rare";
  static final int DAYS = 365;
  static final int TYPES = 5;

  private static final int ROLES = 2000;
  private static final int HOT_UNTIL = 400;
  private static final int MIDDLING_SOURCE = 400;
  private static final int MIDDLING_RECIPIENT = 401;
  private static final int OTHER_ROLE = 1999;
  private static final int TOPIC_SHARES = 1000;
  private static final int TOPIC_UNTIL = 100;

  private static final long ROLE = 2_654_435_761L;
  private static final long TOPIC_SHARE = 2_246_822_519L;
  private static final long TYPE = 3_266_489_917L;

  /** The nine columns of a message. */
  static final String COLUMNS =
      "message_uuid, origin_ts, ack_ts, message_data, source_subject_id, destination_subject_ids,"
          + " topic, message_type, message_metadata";

  private static final String SELECT =
      """
      SELECT i AS position,
             md5('message-' || i)::uuid AS message_uuid,
             drawn.origin_ts,
             drawn.origin_ts + interval '3 ms' AS ack_ts,
             jsonb_build_object(
               'text', phrases[1 + drawn.first_phrase] || ' ' || phrases[1 + drawn.second_phrase],
               'order', i, 'amount', round(drawn.sender * 1.25, 2), 'trace', md5('trace-' || i),
               'tags', jsonb_build_array('batch', 'region-' || drawn.receiver % 7)) AS message_data,
             CASE WHEN i = $rare THEN 'rare'
                  WHEN drawn.role < 200 THEN 'hot'
                  WHEN drawn.role = 400 THEN 'middling'
                  ELSE 'subject-' || drawn.sender END AS source_subject_id,
             CASE WHEN drawn.role >= 200 AND drawn.role < 400 THEN ARRAY['hot']
                  WHEN drawn.role = 401 THEN ARRAY['middling']
                  WHEN drawn.sender % 10 = 0 THEN
                    ARRAY['subject-' || drawn.receiver, 'subject-' || (drawn.receiver + 1) % 5000,
                          'subject-' || (drawn.receiver + 17) % 5000]
                  ELSE ARRAY['subject-' || drawn.receiver] END AS destination_subject_ids,
             CASE WHEN drawn.topic = 0 THEN 'topic-rare'
                  WHEN drawn.topic <= 100 THEN 'topic-0'
                  ELSE 'topic-' || 1 + drawn.topic % 18 END AS topic,
             'type-' || drawn.type AS message_type,
             jsonb_build_object(
               'priority', CASE WHEN drawn.sender % 4 = 0 THEN 'high' ELSE 'normal' END,
               'hop', drawn.receiver % 5, 'host', 'node-' || drawn.receiver % 40) AS message_metadata
        FROM generate_series($from::bigint, $to::bigint) AS i
       CROSS JOIN LATERAL (
         SELECT timestamptz '$start' + i * $step * interval '1 microsecond' AS origin_ts,
                CASE WHEN i = $rare THEN 1999 ELSE (i * 2654435761 % 4294967296 >> 12) % 2000 END AS role,
                (i * 2246822519 % 4294967296 >> 12) % 1000 AS topic,
                (i * 3266489917 % 4294967296 >> 12) % 5 AS type,
                (i * 668265263 % 4294967296 >> 12) % 5000 AS sender,
                (i * 374761393 % 4294967296 >> 12) % 5000 AS receiver,
                (i * 1597334677 % 4294967296 >> 12) % 8 AS first_phrase,
                (i * 3812015801 % 4294967296 >> 12) % 8 AS second_phrase) AS drawn
       CROSS JOIN (
         SELECT ARRAY['the order was taken and waits for its payment',
                      'the parcel left the warehouse this morning',
                      'the reading is above the limit that was agreed',
                      'the plan changed, please send the new one',
                      'the invoice was paid in full, nothing is open',
                      'the sensor did not answer three times in a row',
                      'the customer asked for another address',
                      'the agent has handed the task to its neighbour'] AS phrases) AS vocabulary
      """;

  /** A corpus whose last message is of now. */
  static Corpus untilNow(int size) {
    return new Corpus(size, Instant.now().truncatedTo(ChronoUnit.SECONDS));
  }

  /** A statement that selects position and columns of the messages from one number to another. */
  String select(int from, int to) {
    return SELECT
        .replace("$rare", Integer.toString(rare()))
        .replace("$from", Integer.toString(from))
        .replace("$to", Integer.toString(to))
        .replace("$start", start().toString())
        .replace("$step", Long.toString(stepMicros()));
  }

  /** The time of the first message. */
  Instant start() {
    return end.minus(Duration.ofDays(DAYS));
  }

  UUID uuid(int number) {
    byte[] sum;
    try {
      sum =
          MessageDigest.getInstance("MD5")
              .digest(("message-" + number).getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has MD5", e);
    }
    return new UUID(bits(sum, 0), bits(sum, Long.BYTES));
  }

  boolean hot(int number) {
    return role(number) < HOT_UNTIL;
  }

  boolean middling(int number) {
    int role = role(number);
    return role == MIDDLING_SOURCE || role == MIDDLING_RECIPIENT;
  }

  boolean rare(int number) {
    return number == rare();
  }

  boolean topic(int number) {
    int share = drawn(number, TOPIC_SHARE, TOPIC_SHARES);
    return share >= 1 && share <= TOPIC_UNTIL;
  }

  boolean rareTopic(int number) {
    return drawn(number, TOPIC_SHARE, TOPIC_SHARES) == 0;
  }

  /** The number in the name of a message's type. */
  int type(int number) {
    return drawn(number, TYPE, TYPES);
  }

  /** The number of the first message that is not before a time, at most the corpus's size. */
  int firstFrom(Instant time) {
    long micros = ChronoUnit.MICROS.between(start(), time);
    return (int) Math.min(size, Math.max(0, -Math.floorDiv(-micros, stepMicros())));
  }

  /** How many of the messages in a range of numbers are meant; counts no further than the limit. */
  static int count(int from, int to, IntPredicate meant, int limit) {
    int count = 0;
    for (int number = to - 1; number >= from && count < limit; number--) {
      count += meant.test(number) ? 1 : 0;
    }
    return count;
  }

  private int rare() {
    return size / 2;
  }

  private int role(int number) {
    return rare(number) ? OTHER_ROLE : drawn(number, ROLE, ROLES);
  }

  private long stepMicros() {
    return ChronoUnit.MICROS.between(start(), end) / size;
  }

  /** The same as in SQL: multiplied by an odd number, without the lower bits. */
  private static int drawn(int number, long factor, int values) {
    return (int) ((number * factor % (1L << 32) >> 12) % values);
  }

  private static long bits(byte[] bytes, int from) {
    long bits = 0;
    for (int i = from; i < from + Long.BYTES; i++) {
      bits = bits << Byte.SIZE | (bytes[i] & 0xff);
    }
    return bits;
  }
}
