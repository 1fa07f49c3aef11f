package io.messagelogger.store.letters;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The payload of a dead letter, read slice by slice over the pieces that it is kept in. Used by one
 * thread.
 */
public final class LetterPayload {
  private static final String FIRST_PIECE =
      "SELECT substring(payload FROM ? FOR ?) FROM dead_letter WHERE dead_letter_id = ?";

  private static final String PIECE =
      """
      SELECT substring(payload FROM ? FOR ?) FROM dead_letter_piece
       WHERE dead_letter_id = ? AND piece = ?
      """;

  private static final int SLICE_BYTES = 1 << 20;

  private final long id;
  private long left;
  private int piece;
  private int offset;

  /**
   * @param id the number of the letter
   * @param bytes how many bytes its payload has
   */
  public LetterPayload(long id, long bytes) {
    this.id = id;
    this.left = bytes;
  }

  public boolean hasNext() {
    return left > 0;
  }

  /** The next bytes, maybe none at the end of a piece; null when the letter has ended. */
  public byte @Nullable [] next(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(piece == 0 ? FIRST_PIECE : PIECE)) {
      statement.setInt(1, offset + 1);
      statement.setInt(2, SLICE_BYTES);
      statement.setLong(3, id);
      if (piece > 0) {
        statement.setInt(4, piece);
      }
      try (ResultSet rows = statement.executeQuery()) {
        if (!rows.next()) {
          return null;
        }
        byte[] slice = rows.getBytes(1);
        left -= slice.length;
        offset += slice.length;
        if (slice.length < SLICE_BYTES) {
          piece++;
          offset = 0;
        }
        return slice;
      }
    }
  }

  /** All of it, for one that is no larger than a message may be. */
  public byte[] whole(Connection connection) throws SQLException {
    byte[] whole = new byte[Math.toIntExact(left)];
    for (int read = 0; hasNext(); ) {
      byte[] slice = next(connection);
      if (slice == null || slice.length > whole.length - read) {
        throw new IllegalStateException(
            "dead letter %d does not have %d bytes".formatted(id, whole.length));
      }
      System.arraycopy(slice, 0, whole, read, slice.length);
      read += slice.length;
    }
    return whole;
  }
}
