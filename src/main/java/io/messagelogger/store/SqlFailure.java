package io.messagelogger.store;

import java.security.cert.CertificateExpiredException;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a failed write means, by SQLSTATE (PostgreSQL, appendix A).
 *
 * @param kind what to do about it
 * @param sqlState the SQLSTATE; null when the failure did not come from the database
 * @param reason what the database said, without the row that it may quote
 */
public record SqlFailure(Kind kind, @Nullable String sqlState, String reason) {

  /** What to do about a failure. */
  public enum Kind {
    /** It passes: try the same again, for ever. */
    OUTAGE,
    /** It passes when somebody mends the configuration: the same, but an operator has to know. */
    MISCONFIGURATION,
    /** One of the rows cannot be stored: find out which. */
    DATA,
    /**
     * The database has not enough of something (locks, memory, time) for so much at once: the same
     * again fails again, less may not. No row is to blame.
     */
    LIMIT,
    /** Others were in the way, and are gone: try the same again at once. */
    CONTENTION
  }

  /** A row was dropped without an error: a class of its own, of those left to implementations. */
  public static final String DROPPED = "ML001";

  /**
   * Beside the classes for which the row is to blame (22, 23, 44, 54, 0A), those of triggers and
   * functions that fail (09, 21, 38, 39, P0): whether it is the row or the trigger, the canary
   * tells.
   */
  private static final Set<String> DATA_CLASSES =
      Set.of("22", "23", "44", "54", "0A", "09", "21", "38", "39", "P0", "ML");

  private static final Set<String> MISCONFIGURATION_CLASSES = Set.of("28", "3D", "42");

  /**
   * Locks or memory that a transaction takes, a limit that is configured, time. Full disks (53100)
   * and connections (53300) are not among them: less at once needs as many.
   */
  private static final Set<String> LIMITS = Set.of("53200", "53400", "57014");

  /** Serialization failures and deadlocks. */
  private static final Set<String> CONTENTIONS = Set.of("40001", "40P01");

  /**
   * Whether the connection is lost, and another may do: it was closed, or the server that it led to
   * has shut down.
   */
  public boolean lost() {
    return sqlState != null && (sqlState.startsWith("08") || sqlState.startsWith("57P0"));
  }

  /**
   * What this failure means. Whatever is not surely the data's fault counts as an outage, which
   * loses nothing.
   */
  public static SqlFailure of(Throwable failure) {
    SQLException deepest = null;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException e) {
        SQLException next = e;
        // A batch's exception carries the statement's, whose text does not quote the values.
        while (next.getNextException() != null) {
          next = next.getNextException();
        }
        if (next.getSQLState() != null) {
          deepest = next;
        }
      }
    }
    if (deepest == null) {
      return new SqlFailure(Kind.OUTAGE, null, firstLine(failure));
    }
    String state = deepest.getSQLState();
    return new SqlFailure(kind(state), state, firstLine(deepest));
  }

  private static Kind kind(String state) {
    if (LIMITS.contains(state)) {
      return Kind.LIMIT;
    }
    if (CONTENTIONS.contains(state)) {
      return Kind.CONTENTION;
    }
    String sqlClass = state.substring(0, Math.min(2, state.length()));
    if (DATA_CLASSES.contains(sqlClass)) {
      return Kind.DATA;
    }
    return MISCONFIGURATION_CLASSES.contains(sqlClass) ? Kind.MISCONFIGURATION : Kind.OUTAGE;
  }

  /** The first line only: the lines after it (Detail, Where) may quote what is in the message. */
  private static String firstLine(Throwable failure) {
    Throwable shown = failure;
    while (shown.getMessage() == null && shown.getCause() != null) {
      shown = shown.getCause();
    }
    String text = shown.getMessage() == null ? shown.getClass().getName() : shown.getMessage();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateExpiredException) {
        return "the certificate of the database has expired; " + cause.getMessage();
      }
    }
    int line = text.indexOf('\n');
    String first = line < 0 ? text : text.substring(0, line);
    // The server appends the SQLSTATE, under a code of its own.
    int code = first.indexOf(" DSRA0010E: ");
    first = code < 0 ? first : first.substring(0, code);
    return first.length() <= 300 ? first : first.substring(0, 300) + "…";
  }

  /** The reason with the SQLSTATE behind it, for a person. */
  public String explanation() {
    return sqlState == null ? reason : reason + " (SQLSTATE " + sqlState + ")";
  }
}
