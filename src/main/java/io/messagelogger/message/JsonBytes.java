package io.messagelogger.message;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * JSON text on its way to a stream, as UTF-8: whole values, which are made bytes without looking at
 * each character where Java can (decision 043 has what that saves). Never closes the stream. Used
 * by one thread.
 */
final class JsonBytes {
  private static final int SIZE = 16_384;
  private static final int FIRST_SIZE = 1_024;
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NULL = bytes("null");
  private static final byte[] UNICODE = bytes("\\u00");

  /** What is behind the backslash, by the character; 0 where there is none, 'u' for its number. */
  private static final byte[] ESCAPES = new byte[128];

  static {
    for (int c = 0; c < ' '; c++) {
      ESCAPES[c] = 'u';
    }
    ESCAPES['\b'] = 'b';
    ESCAPES['\f'] = 'f';
    ESCAPES['\n'] = 'n';
    ESCAPES['\r'] = 'r';
    ESCAPES['\t'] = 't';
    ESCAPES['"'] = '"';
    ESCAPES['\\'] = '\\';
  }

  private final OutputStream out;
  private byte[] buffer = new byte[FIRST_SIZE];
  private int length;

  /** The day of the time before, in seconds from the epoch, and its date. */
  private long day = Long.MIN_VALUE;

  private byte[] date = {};

  JsonBytes(OutputStream out) {
    this.out = out;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  void put(char ascii) {
    reserve(1);
    buffer[length++] = (byte) ascii;
  }

  void put(byte[] bytes) {
    put(bytes, 0, bytes.length);
  }

  private void put(byte[] bytes, int from, int count) {
    if (count > SIZE / 2) { // is not worth copying
      drain();
      write(bytes, from, count);
      return;
    }
    reserve(count);
    System.arraycopy(bytes, from, buffer, length, count);
    length += count;
  }

  /** A value that is JSON text already; null for none. */
  void raw(@Nullable String json) {
    put(json == null ? NULL : bytes(json));
  }

  /** A text. */
  void text(@Nullable String text) {
    if (text == null) {
      put(NULL);
      return;
    }
    put('"');
    byte[] bytes = bytes(text);
    int from = 0;
    for (int i = 0; i < bytes.length; i++) {
      byte escape = bytes[i] < 0 ? 0 : ESCAPES[bytes[i]];
      if (escape != 0) {
        put(bytes, from, i - from);
        escape(bytes[i], escape);
        from = i + 1;
      }
    }
    put(bytes, from, bytes.length - from);
    put('"');
  }

  private void escape(byte character, byte escape) {
    if (escape == 'u') {
      put(UNICODE);
      put((char) HEX[character >> 4]);
      put((char) HEX[character & 0xf]);
    } else {
      put('\\');
      put((char) escape);
    }
  }

  /** A time in UTC, as {@link Instant#toString} has it. */
  void time(@Nullable Instant time) {
    if (time == null) {
      put(NULL);
      return;
    }
    long second = time.getEpochSecond();
    int ofDay = (int) Math.floorMod(second, ChronoUnit.DAYS.getDuration().toSeconds());
    if (second - ofDay != day) {
      day = second - ofDay;
      date = bytes(date(time));
    }
    put('"');
    put(date);
    put('T');
    digits(ofDay / 3600, 2);
    put(':');
    digits(ofDay / 60 % 60, 2);
    put(':');
    digits(ofDay % 60, 2);
    fraction(time.getNano());
    put('Z');
    put('"');
  }

  private static String date(Instant time) {
    String text = time.toString();
    return text.substring(0, text.indexOf('T'));
  }

  private void fraction(int nanos) {
    if (nanos == 0) {
      return;
    }
    put('.');
    if (nanos % 1_000_000 == 0) {
      digits(nanos / 1_000_000, 3);
    } else if (nanos % 1_000 == 0) {
      digits(nanos / 1_000, 6);
    } else {
      digits(nanos, 9);
    }
  }

  private void digits(int number, int count) {
    reserve(count);
    int left = number;
    for (int i = length + count - 1; i >= length; i--) {
      buffer[i] = (byte) ('0' + left % 10);
      left /= 10;
    }
    length += count;
  }

  private void reserve(int more) {
    if (buffer.length - length < more) {
      if (length + more <= SIZE) {
        buffer = Arrays.copyOf(buffer, Math.min(SIZE, Math.max(2 * buffer.length, length + more)));
      } else {
        drain();
        buffer = buffer.length == SIZE ? buffer : new byte[SIZE];
      }
    }
  }

  private void drain() {
    if (length > 0) {
      write(buffer, 0, length);
      length = 0;
    }
  }

  private void write(byte[] bytes, int from, int count) {
    try {
      out.write(bytes, from, count);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Hands what is written so far to the stream, and on. */
  void flush() {
    drain();
    try {
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
