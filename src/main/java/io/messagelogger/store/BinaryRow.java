package io.messagelogger.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row as COPY writes it in PostgreSQL's binary format (its manual, COPY, "Binary Format"): its
 * columns are read one after the other, each by its type. Used by one thread.
 */
public final class BinaryRow {
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** Before the first row: a signature, flags, and the length of what else there is. */
  private static final int HEADER = 19;

  private static final int EXTENSION = 15;

  private static final int NULL = -1;

  /** Seconds from the epoch to PostgreSQL's, the year 2000. */
  private static final long POSTGRES_EPOCH = 946_684_800L;

  private static final int MICROS = 1_000_000;

  private final byte[] bytes;
  private final int columns;
  private int at;

  /**
   * Begins with the first column.
   *
   * @param first whether the format's header is before it
   */
  public BinaryRow(byte[] bytes, boolean first) {
    this.bytes = bytes;
    this.at = first ? HEADER + (int) INTS.get(bytes, EXTENSION) : 0;
    this.columns = at == bytes.length ? 0 : (short) SHORTS.get(bytes, at);
    at += Short.BYTES;
  }

  /** Whether this is a row, and not what comes before the first or behind the last. */
  public boolean present() {
    return columns > 0;
  }

  /** How many bytes it has. */
  public int length() {
    return bytes.length;
  }

  /** The next column, a uuid; null when it is. */
  public @Nullable UUID uuid() {
    return integer() == NULL ? null : new UUID(number(), number());
  }

  /** The next column, a timestamptz; null when it is. */
  public @Nullable Instant time() {
    if (integer() == NULL) {
      return null;
    }
    long micros = number();
    if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) { // as the driver says infinity
      return (micros > 0 ? OffsetDateTime.MAX : OffsetDateTime.MIN).toInstant();
    }
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, MICROS) + POSTGRES_EPOCH, Math.floorMod(micros, MICROS) * 1000L);
  }

  /** The next column, a text; null when it is. */
  public @Nullable String text() {
    int length = integer();
    if (length == NULL) {
      return null;
    }
    at += length;
    return new String(bytes, at - length, length, StandardCharsets.UTF_8);
  }

  /** The next column, a text[] with perhaps nulls in it; null when it is. */
  public @Nullable List<@Nullable String> texts() {
    if (integer() == NULL) {
      return null;
    }
    int dimensions = integer();
    at += 2 * Integer.BYTES; // whether there are nulls, and the type
    int size = dimensions == 0 ? 0 : 1;
    for (int i = 0; i < dimensions; i++) {
      size *= integer();
      at += Integer.BYTES; // the first index
    }
    List<@Nullable String> texts = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      texts.add(text());
    }
    return texts;
  }

  private int integer() {
    at += Integer.BYTES;
    return (int) INTS.get(bytes, at - Integer.BYTES);
  }

  private long number() {
    at += Long.BYTES;
    return (long) LONGS.get(bytes, at - Long.BYTES);
  }
}
