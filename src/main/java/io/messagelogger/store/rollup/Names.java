package io.messagelogger.store.rollup;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What stands for groups whose names come again and again, a thousand in each of some hundred
 * times. A name is compared as the bytes that it is stored as, and made text once. Used by one
 * thread.
 *
 * @param <T> what stands for a group
 */
final class Names<T> {
  /** In place of a name that there is not. No text has it in UTF-8. */
  private static final byte NONE = (byte) 0xFF;

  /** Between sender and recipient. No text has it in UTF-8. */
  private static final byte BETWEEN = (byte) 0xFE;

  private final Kind kind;

  /** Of the hash; nobody who chooses names can know which of them get the same. */
  private final int factor = ThreadLocalRandom.current().nextInt() | 1;

  private final Function<Term, @Nullable T> meaning;

  /** Whether names that are not known yet need not be kept: all of them mean the same. */
  private final boolean complete;

  private byte[][] keys = new byte[1 << 10][];
  private int[] hashes = new int[keys.length];
  private @Nullable Object[] meanings = new Object[keys.length];
  private int size;

  /** The name under way, and of each of its beginnings the hash. */
  private byte[] name = new byte[64];

  private int[] beginnings = new int[name.length + 1];

  /**
   * @param meaning what stands for a group; null when the group is not wanted
   */
  Names(Kind kind, Function<Term, @Nullable T> meaning) {
    this.kind = kind;
    this.meaning = meaning;
    this.complete = false;
  }

  /**
   * @param known what stands for some groups
   * @param others what stands for all others; null when they are not wanted
   */
  Names(Kind kind, Map<Term, T> known, @Nullable T others) {
    this.kind = kind;
    this.meaning = term -> others;
    this.complete = true;
    known.forEach((term, found) -> put(key(kind, term), found));
  }

  private void put(byte[] key, T found) {
    int hash = 0;
    for (byte one : key) {
      hash = factor * hash + one;
    }
    int slot = slot(hash, keys.length);
    while (keys[slot] != null) {
      slot = (slot + 1) & (keys.length - 1);
    }
    put(slot, key, hash, found);
  }

  private void put(int slot, byte[] key, int hash, @Nullable T found) {
    keys[slot] = key;
    hashes[slot] = hash;
    meanings[slot] = found;
    if (++size > keys.length / 2) {
      grow();
    }
  }

  Kind kind() {
    return kind;
  }

  /** A group's name as it is stored; names are sorted by these bytes, without signs. */
  static byte[] key(Kind kind, Term term) {
    byte[] first = bytes(term.first());
    if (kind != Kind.PAIR) {
      return first;
    }
    byte[] second = bytes(term.second());
    byte[] both = Arrays.copyOf(first, first.length + 1 + second.length);
    both[first.length] = BETWEEN;
    System.arraycopy(second, 0, both, first.length + 1, second.length);
    return both;
  }

  private static byte[] bytes(@Nullable String text) {
    return text == null ? new byte[] {NONE} : text.getBytes(StandardCharsets.UTF_8);
  }

  private Term term(byte[] key) {
    if (kind != Kind.PAIR) {
      return Term.of(text(key, 0, key.length));
    }
    int between = 0;
    while (key[between] != BETWEEN) {
      between++;
    }
    return new Term(text(key, 0, between), text(key, between + 1, key.length));
  }

  private static @Nullable String text(byte[] key, int from, int to) {
    return to == from + 1 && key[from] == NONE
        ? null
        : new String(key, from, to - from, StandardCharsets.UTF_8);
  }

  /**
   * What stands for the group that is next in the order of names; null when it is not wanted.
   *
   * @param same how many bytes it begins with that the one before has too
   * @param from where its other bytes are
   * @param others how many
   */
  @Nullable T next(int same, byte[] from, int place, int others) {
    int length = same + others;
    if (length > name.length) {
      name = Arrays.copyOf(name, 2 * length);
      beginnings = Arrays.copyOf(beginnings, name.length + 1);
    }
    int hash = beginnings[same];
    for (int i = 0; i < others; i++) {
      byte one = from[place + i];
      name[same + i] = one;
      hash = factor * hash + one;
      beginnings[same + i + 1] = hash;
    }
    return find(hash, length);
  }

  @SuppressWarnings("unchecked") // only what the function gave is in there
  private @Nullable T find(int hash, int length) {
    int slot = slot(hash, keys.length);
    while (keys[slot] != null) {
      byte[] key = keys[slot];
      if (hashes[slot] == hash
          && key.length == length
          && Arrays.equals(key, 0, length, name, 0, length)) {
        return (T) meanings[slot];
      }
      slot = (slot + 1) & (keys.length - 1);
    }
    if (complete) {
      return meaning.apply(Term.ALL);
    }
    byte[] key = Arrays.copyOf(name, length);
    T found = meaning.apply(term(key));
    put(slot, key, hash, found);
    return found;
  }

  private void grow() {
    int more = 2 * keys.length;
    byte[][] newKeys = new byte[more][];
    int[] newHashes = new int[more];
    @Nullable Object[] newMeanings = new Object[more];
    for (int i = 0; i < keys.length; i++) {
      if (keys[i] != null) {
        int slot = slot(hashes[i], more);
        while (newKeys[slot] != null) {
          slot = (slot + 1) & (more - 1);
        }
        newKeys[slot] = keys[i];
        newHashes[slot] = hashes[i];
        newMeanings[slot] = meanings[i];
      }
    }
    keys = newKeys;
    hashes = newHashes;
    meanings = newMeanings;
  }

  /** The upper bits are the ones that all bytes have had a part in. */
  private static int slot(int hash, int size) {
    int mixed = hash * 0x9E3779B9;
    return mixed >>> (Integer.numberOfLeadingZeros(size) + 1);
  }
}
