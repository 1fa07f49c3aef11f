package io.messagelogger.store.rollup;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts as they are stored: numbers of seven bits a byte (those of Protocol Buffers), in three
 * parts, as questions need more of few times only. In all of them groups are in the order of {@link
 * Names#key}, and of a name only what it does not begin with as the one before does. Immutable.
 *
 * @param cells names, and how many messages
 * @param details bytes, times, acknowledgements; null when that was not read
 * @param latencies classes of {@link Latencies}; null when that was not read
 */
record Packed(byte[] cells, byte @Nullable [] details, byte @Nullable [] latencies) {
  private static final int VERSION = 2;

  static Packed of(Cells counted, long startMicros) {
    Writer cells = new Writer();
    Writer details = new Writer();
    Writer latencies = new Writer();
    TreeMap<byte[], Cell> sorted = new TreeMap<>(Arrays::compareUnsigned);
    for (Map.Entry<Term, Cell> group : counted.groups.entrySet()) {
      sorted.put(Names.key(counted.kind, group.getKey()), group.getValue());
    }
    cells.number(VERSION);
    cells.number(counted.restMessages);
    cells.number(counted.absent);
    cells.number(sorted.size());
    byte[] before = {};
    for (Map.Entry<byte[], Cell> group : sorted.entrySet()) {
      byte[] name = group.getKey();
      int different = Arrays.mismatch(before, name);
      int same = different < 0 ? name.length : different;
      cells.number(same);
      cells.number(name.length - same);
      cells.bytes(name, same);
      before = name;
      Cell cell = group.getValue();
      cells.number(2 * cell.messages + (cell.lacking > 0 ? 1 : 0));
      if (cell.lacking > 0) {
        cells.number(cell.lacking);
      }
      details.number(cell.bytes);
      details.signed(cell.first - startMicros);
      details.number(cell.last - cell.first);
      details.number(cell.acknowledged);
      if (cell.acknowledged > 0) {
        details.signed(cell.slowest);
        byte[] classes = packed(cell.latencies);
        latencies.number(classes.length);
        latencies.bytes(classes, 0);
      }
    }
    return new Packed(cells.all(), details.all(), latencies.all());
  }

  private static byte[] packed(Latencies latencies) {
    Writer classes = new Writer();
    int[] before = {0};
    latencies.eachClass(
        (index, messages) -> {
          classes.signed((long) index - before[0]);
          classes.number(messages);
          before[0] = index;
        });
    return classes.all();
  }

  /**
   * Tells each group that is wanted.
   *
   * @param start the first hour
   * @param hours how many
   * @throws IllegalStateException when another version has packed it
   */
  <T> void each(Names<T> names, long start, int hours, Rollups.Taking<T> taking) {
    Reader in = new Reader(cells);
    long version = in.number();
    if (version != VERSION) {
      throw new IllegalStateException("counts are of version " + version + ", not " + VERSION);
    }
    Reader more = details == null ? null : new Reader(details);
    Reader classes = latencies == null ? null : new Reader(latencies);
    long startMicros = Hours.micros(start);
    Rollups.Each<T> each =
        taking.begin(new Rollups.Counted(start, hours, in.number(), in.number()));
    Cell cell = new Cell();
    for (long left = in.number(); left > 0; left--) {
      int same = (int) in.number();
      int others = (int) in.number();
      T group = names.next(same, in.bytes, in.place, others);
      in.place += others;
      long messages = in.number();
      cell.messages = messages >>> 1;
      cell.lacking = (messages & 1) == 0 ? 0 : in.number();
      if (more != null) {
        more.details(cell, startMicros);
      }
      if (classes != null && cell.acknowledged > 0) {
        int length = (int) classes.number();
        int end = classes.place + length;
        if (group != null) {
          cell.latencies.clear();
          classes.latencies(cell.latencies, end);
        }
        classes.place = end;
      } else {
        cell.latencies.clear();
      }
      if (group != null) {
        each.take(group, cell);
      }
    }
  }

  private static final class Writer {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    byte[] all() {
      return out.toByteArray();
    }

    void number(long number) {
      long left = number;
      while ((left & ~0x7FL) != 0) {
        out.write((int) ((left & 0x7F) | 0x80));
        left >>>= 7;
      }
      out.write((int) left);
    }

    void signed(long number) {
      number((number << 1) ^ (number >> 63));
    }

    void bytes(byte[] bytes, int from) {
      out.write(bytes, from, bytes.length - from);
    }
  }

  private static final class Reader {
    private final byte[] bytes;
    private int place;

    Reader(byte[] bytes) {
      this.bytes = bytes;
    }

    long number() {
      byte next = bytes[place++];
      if (next >= 0) {
        return next;
      }
      long number = next & 0x7FL;
      for (int shift = 7; next < 0; shift += 7) {
        next = bytes[place++];
        number |= (next & 0x7FL) << shift;
      }
      return number;
    }

    long signed() {
      long number = number();
      return (number >>> 1) ^ -(number & 1);
    }

    void details(Cell cell, long startMicros) {
      cell.bytes = number();
      cell.first = startMicros + signed();
      cell.last = cell.first + number();
      cell.acknowledged = number();
      cell.slowest = cell.acknowledged > 0 ? signed() : Long.MIN_VALUE;
    }

    void latencies(Latencies latencies, int end) {
      int index = 0;
      while (place < end) {
        index += (int) signed();
        latencies.count(index, number());
      }
    }
  }
}
