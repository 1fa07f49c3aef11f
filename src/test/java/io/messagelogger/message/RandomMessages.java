package io.messagelogger.message;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Messages of every shape that a reader takes. The same seed makes the same messages. */
final class RandomMessages {
  private static final long LAST_SECOND = Instant.parse("2025-05-27T10:30:00Z").getEpochSecond();
  private static final long EARLIEST = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
  private static final long LATEST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

  private RandomMessages() {}

  static Message next(Random random) {
    return new Message(
        new UUID(random.nextLong(), random.nextLong()),
        time(random, 0, LAST_SECOND),
        random.nextBoolean() ? null : time(random, EARLIEST, LATEST),
        value(random),
        text(random),
        random.nextInt(4) == 0 ? null : texts(random),
        random.nextInt(4) == 0 ? null : text(random),
        random.nextInt(4) == 0 ? null : text(random),
        value(random));
  }

  private static Instant time(Random random, long first, long last) {
    Instant second = Instant.ofEpochSecond(random.nextLong(first, last));
    return switch (random.nextInt(3)) {
      case 0 -> second;
      case 1 -> second.plusMillis(random.nextInt(1_000));
      default -> second.plus(random.nextInt(1_000_000), ChronoUnit.MICROS);
    };
  }

  private static List<String> texts(Random random) {
    List<String> texts = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      texts.add(text(random));
    }
    return texts;
  }

  /** Any characters but NUL, among them many that need care. */
  static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(40); i > 0; i--) {
      int codePoint =
          switch (random.nextInt(5)) {
            case 0 -> 1 + random.nextInt(0x1f);
            case 1 -> "\"\\/\u007f\u2028\uFEFF\uFFFF".charAt(random.nextInt(7));
            case 2 -> 0x10000 + random.nextInt(0x100000);
            case 3 -> 0xa0 + random.nextInt(0xd700);
            default -> ' ' + random.nextInt(95);
          };
      text.appendCodePoint(codePoint);
    }
    return text.toString();
  }

  private static @Nullable String value(Random random) {
    return random.nextInt(5) == 0 ? null : json(random, 4, false);
  }

  /** A JSON value, spelled in one of the ways that it can be spelled. */
  private static String json(Random random, int levels, boolean nullable) {
    return switch (random.nextInt(levels > 0 ? 6 : 4)) {
      case 0 -> nullable && random.nextBoolean() ? "null" : "true";
      case 1 -> number(random);
      case 2, 3 -> quoted(random, text(random));
      case 4 -> {
        StringBuilder array = new StringBuilder("[").append(space(random));
        int size = random.nextInt(4);
        for (int i = 0; i < size; i++) {
          array.append(i == 0 ? "" : ",").append(json(random, levels - 1, true));
          array.append(space(random));
        }
        yield array.append(']').toString();
      }
      default -> {
        StringBuilder object = new StringBuilder("{").append(space(random));
        int size = random.nextInt(4);
        for (int i = 0; i < size; i++) {
          object.append(i == 0 ? "" : ",").append(space(random));
          object.append(quoted(random, i + text(random))).append(space(random)).append(':');
          object.append(space(random)).append(json(random, levels - 1, true));
        }
        yield object.append(space(random)).append('}').toString();
      }
    };
  }

  private static String number(Random random) {
    String sign = random.nextBoolean() ? "" : "-";
    return switch (random.nextInt(4)) {
      case 0 -> sign + random.nextInt(1_000);
      case 1 ->
          sign + random.nextInt(10) + "." + random.nextInt(10) + "0".repeat(random.nextInt(4));
      case 2 -> sign + "1".repeat(1 + random.nextInt(500));
      default ->
          sign + random.nextInt(10) + "." + random.nextInt(100) + "E" + (random.nextInt(800) - 400);
    };
  }

  private static String quoted(Random random, String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean half = Character.isSurrogate(c);
      if (c < ' ' || c == '"' || c == '\\' || (!half && random.nextInt(8) == 0)) {
        json.append(
            random.nextBoolean() ? "\\u%04x".formatted((int) c) : "\\u%04X".formatted((int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }

  private static String space(Random random) {
    return random.nextInt(3) == 0 ? " \t\r\n".substring(random.nextInt(4)) : "";
  }
}
