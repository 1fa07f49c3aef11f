package io.messagelogger.store.rollup;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Counts as they are stored: numbers of seven bits a byte (those of Protocol Buffers), text with
 * its length before it. The classes of {@link Latencies} are apart, as most questions need them of
 * few times only. Immutable.
 *
 * @param cells the counts
 * @param latencies how long acknowledgements took; null when that was not read
 */
record Packed(byte[] cells, byte @Nullable [] latencies) {
  private static final int VERSION = 1;

  static Packed of(Cells counted, long startMicros) {
    Writer cells = new Writer();
    Writer latencies = new Writer();
    cells.number(VERSION);
    cells.number(counted.restMessages);
    cells.number(counted.absent);
    List<Map.Entry<Term, Cell>> groups = new ArrayList<>(counted.groups.entrySet());
    cells.number(groups.size());
    for (Map.Entry<Term, Cell> group : groups) {
      cells.text(group.getKey().first());
      if (counted.kind == Kind.PAIR) {
        cells.text(group.getKey().second());
      }
      Cell cell = group.getValue();
      cells.number(cell.messages);
      cells.number(cell.lacking);
      cells.number(cell.bytes);
      cells.signed(cell.first - startMicros);
      cells.number(cell.last - cell.first);
      cells.number(cell.acknowledged);
      if (cell.acknowledged > 0) {
        cells.signed(cell.slowest);
        latencies.number(cell.latencies.counts().size());
        int before = 0;
        for (Map.Entry<Integer, Long> one : cell.latencies.counts().entrySet()) {
          latencies.signed(one.getKey() - before);
          latencies.number(one.getValue());
          before = one.getKey();
        }
      }
    }
    return new Packed(cells.bytes(), latencies.bytes());
  }

  /**
   * @param kept which groups are wanted
   * @throws IllegalStateException when a newer version has packed it
   */
  Cells unpacked(Kind kind, long startMicros, Predicate<Term> kept) {
    Reader in = new Reader(ByteBuffer.wrap(cells));
    long version = in.number();
    if (version != VERSION) {
      throw new IllegalStateException("counts are of version " + version + ", not " + VERSION);
    }
    byte[] times = latencies;
    Reader classes = times == null ? null : new Reader(ByteBuffer.wrap(times));
    long rest = in.number();
    long absent = in.number();
    int groups = (int) in.number();
    Map<Term, Cell> all = new HashMap<>();
    for (int i = 0; i < groups; i++) {
      String first = in.text();
      Term term = new Term(first, kind == Kind.PAIR ? in.text() : null);
      Cell cell = new Cell();
      cell.messages = in.number();
      cell.lacking = in.number();
      cell.bytes = in.number();
      cell.first = startMicros + in.signed();
      cell.last = cell.first + in.number();
      cell.acknowledged = in.number();
      boolean wanted = kept.test(term);
      if (cell.acknowledged > 0) {
        cell.slowest = in.signed();
        if (classes != null) {
          classes.latencies(wanted ? cell.latencies : null);
        }
      }
      if (wanted) {
        all.put(term, cell);
      }
    }
    Cells unpacked = new Cells(kind, all);
    unpacked.restMessages = rest;
    unpacked.absent = absent;
    return unpacked;
  }

  private static final class Writer {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    byte[] bytes() {
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

    void text(@Nullable String text) {
      if (text == null) {
        number(0);
        return;
      }
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      number(utf8.length + 1L);
      out.writeBytes(utf8);
    }
  }

  private record Reader(ByteBuffer in) {
    long number() {
      long number = 0;
      for (int shift = 0; ; shift += 7) {
        byte next = in.get();
        number |= (next & 0x7FL) << shift;
        if (next >= 0) {
          return number;
        }
      }
    }

    long signed() {
      long number = number();
      return (number >>> 1) ^ -(number & 1);
    }

    @Nullable String text() {
      int length = (int) number() - 1;
      if (length < 0) {
        return null;
      }
      byte[] utf8 = new byte[length];
      in.get(utf8);
      return new String(utf8, StandardCharsets.UTF_8);
    }

    void latencies(@Nullable Latencies latencies) {
      int index = 0;
      for (long classes = number(); classes > 0; classes--) {
        index += (int) signed();
        long count = number();
        if (latencies != null) {
          latencies.count(index, count);
        }
      }
    }
  }
}
