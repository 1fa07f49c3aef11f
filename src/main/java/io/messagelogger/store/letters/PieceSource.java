package io.messagelogger.store.letters;

/** A payload that is too large to be held in memory, read piece by piece. Used by one thread. */
public interface PieceSource {

  /** How many bytes it has. */
  long length();

  /**
   * A piece of it.
   *
   * @param from its first byte, from 0
   * @param length how many bytes; fewer come at the end
   */
  byte[] read(long from, int length);
}
