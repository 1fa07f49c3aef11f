package io.messagelogger.store.letters;

import io.messagelogger.store.Rows;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes dead letters on the connection of a batch: one row a payload, found by its SHA-256,
 * however often it comes. Rows are taken in ascending order of the digest, so that writers cannot
 * wait for each other in a circle. Used by one thread.
 *
 * <p>How often it came is counted by claim and position: the positions at which a claim holds the
 * same payload are written in ascending order, so a position that is not above the last one of the
 * same claim was counted by an earlier try.
 */
public final class Burial {
  /** Bytes read, digested and written at a time. */
  public static final int PIECE = 4 << 20;

  private static final String BURY =
      """
      INSERT INTO dead_letter AS known
             (sha256, payload, bytes, kind, reason, sqlstate, attempts, last_claim, occurrences, last_position)
      SELECT ?, ?, ?, ?, ?, ?, ?, ?, count(DISTINCT position), max(position)
        FROM unnest(?::integer[]) AS position
      ON CONFLICT (sha256) DO UPDATE SET
        kind = excluded.kind,
        reason = excluded.reason,
        sqlstate = excluded.sqlstate,
        attempts = excluded.attempts,
        last_seen = now(),
        retried_at = NULL,
        occurrences = known.occurrences
          + (SELECT count(DISTINCT position) FROM unnest(?::integer[]) AS position
              WHERE known.last_claim <> excluded.last_claim OR position > known.last_position),
        last_position = CASE
          WHEN known.last_claim <> excluded.last_claim THEN excluded.last_position
          ELSE greatest(known.last_position, excluded.last_position)
        END,
        last_claim = excluded.last_claim
      """;

  private static final String RETURNING = " RETURNING dead_letter_id, xmax = 0";

  /** Letters sent at a time; together they have no more bytes than a batch of messages. */
  private static final int AT_A_TIME = 250;

  private static final String ADD_PIECE =
      "INSERT INTO dead_letter_piece (dead_letter_id, piece, payload) VALUES (?, ?, ?)";

  private final Connection connection;
  private final String claim;

  /**
   * @param claim where the messages came in
   */
  public Burial(Connection connection, String claim) {
    this.connection = connection;
    this.claim = claim;
  }

  /** Buries messages that were held in memory. */
  public void bury(List<DeadLetter> letters) throws SQLException {
    Map<Digest, List<DeadLetter>> byDigest = new TreeMap<>();
    for (DeadLetter letter : letters) {
      byDigest
          .computeIfAbsent(Digest.of(letter.payload()), digest -> new ArrayList<>())
          .add(letter);
    }
    if (byDigest.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(BURY)) {
      int sent = 0;
      for (Map.Entry<Digest, List<DeadLetter>> entry : byDigest.entrySet()) {
        List<DeadLetter> same = entry.getValue();
        Object[] positions = same.stream().map(DeadLetter::position).sorted().toArray();
        DeadLetter letter = same.get(0);
        bind(statement, entry.getKey(), letter, letter.payload().length, positions);
        statement.addBatch();
        if (++sent % AT_A_TIME == 0) {
          check(statement.executeBatch());
        }
      }
      check(statement.executeBatch());
    }
  }

  private static void check(int[] counts) {
    for (int count : counts) {
      if (count != 1) {
        throw new IllegalStateException("a dead letter was neither written nor counted");
      }
    }
  }

  /**
   * Buries a message that stays where it is and is read twice, piece by piece.
   *
   * @throws IllegalStateException when it does not have the bytes that it should, or other ones the
   *     second time
   */
  public void bury(PieceSource payload, String reason) throws SQLException {
    Pass first = new Pass(payload);
    while (first.hasNext()) {
      first.next();
    }
    Digest digest = first.digest();
    Pass second = new Pass(payload);
    DeadLetter letter =
        new DeadLetter(0, second.next(), DeadLetter.Kind.TOO_LARGE, reason, null, 1);
    Long fresh = bury(digest, letter, payload.length(), new Object[] {0});
    if (fresh == null) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(ADD_PIECE)) {
      for (int piece = 1; second.hasNext(); piece++) {
        statement.setLong(1, fresh);
        statement.setInt(2, piece);
        statement.setBytes(3, second.next());
        statement.executeUpdate();
      }
    }
    if (!second.digest().equals(digest)) {
      throw new IllegalStateException("a large message changed while it was read");
    }
  }

  /** Writes or counts one row; answers its id when it is new. */
  private @Nullable Long bury(Digest digest, DeadLetter letter, long bytes, Object[] positions)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(BURY + RETURNING)) {
      bind(statement, digest, letter, bytes, positions);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          throw new IllegalStateException("a dead letter was neither written nor counted");
        }
        return row.getBoolean(2) ? row.getLong(1) : null;
      }
    }
  }

  private void bind(
      PreparedStatement statement, Digest digest, DeadLetter letter, long bytes, Object[] positions)
      throws SQLException {
    statement.setBytes(1, digest.bytes());
    statement.setBytes(2, letter.payload());
    statement.setLong(3, bytes);
    statement.setString(4, letter.kind().text());
    // A reason may quote what is wrong with the message, and text cannot hold NUL.
    statement.setString(5, letter.reason().replace('\0', '\u2400'));
    statement.setString(6, letter.sqlState());
    statement.setInt(7, letter.attempts());
    statement.setString(8, claim);
    statement.setArray(9, Rows.array(connection, "integer", positions));
    statement.setArray(10, Rows.array(connection, "integer", positions));
  }

  /** Reads a large payload from its start to its end and digests it on the way. */
  private static final class Pass {
    private final PieceSource payload;
    private final MessageDigest sha256 = Digest.sha256();
    private long read;

    Pass(PieceSource payload) {
      this.payload = payload;
    }

    boolean hasNext() {
      return read < payload.length();
    }

    byte[] next() {
      byte[] piece = payload.read(read, PIECE);
      if (piece.length == 0) {
        throw new IllegalStateException(
            "a large message has %d bytes, not %d".formatted(read, payload.length()));
      }
      sha256.update(piece);
      read += piece.length;
      return piece;
    }

    Digest digest() {
      if (read != payload.length()) {
        throw new IllegalStateException(
            "a large message has %d bytes, not %d".formatted(read, payload.length()));
      }
      return new Digest(sha256.digest());
    }
  }

  /** The SHA-256 of a payload. */
  private record Digest(byte[] bytes) implements Comparable<Digest> {
    static Digest of(byte[] payload) {
      return new Digest(sha256().digest(payload));
    }

    private static MessageDigest sha256() {
      try {
        return MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
    }

    @Override
    public int compareTo(Digest other) {
      return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Digest digest && Arrays.equals(bytes, digest.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }
}
