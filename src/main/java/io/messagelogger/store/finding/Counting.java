package io.messagelogger.store.finding;

import io.messagelogger.access.Scope;
import io.messagelogger.filter.Filter;
import io.messagelogger.store.Database;
import io.messagelogger.store.rollup.Coverage;
import io.messagelogger.store.rollup.Kind;
import io.messagelogger.store.rollup.Plan;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Counts the messages that a filter means: hours that are counted already by their counts (decision
 * 030), the others by reading them, all or a sample. Thread-safe.
 */
@ApplicationScoped
public class Counting {
  /** So few messages are read, whose times are exact then. */
  static final int FEW = 2_000;

  private final Database database;
  private final Facts facts;

  /** Counts what is in this database. */
  @Inject
  public Counting(Database database, Facts facts) {
    this.database = database;
    this.facts = facts;
  }

  /**
   * Counts.
   *
   * @param scope what the reader may see
   * @param older what is not acknowledged and older than this is counted apart
   * @param by what groups will be asked for; null for none
   */
  public Counts count(Filter filter, Scope scope, Instant older, @Nullable Kind by) {
    Optional<Choice> choice =
        Choice.of(filter, scope).filter(c -> by == null || c.by(by).isPresent());
    if (choice.isEmpty()) {
      return read(filter, scope, older);
    }
    Bounds bounds = Bounds.of(filter);
    return database
        .read(connection -> count(connection, filter, choice.get(), bounds, older))
        .filter(counts -> counts.estimated() || counts.total().messages() > FEW)
        .orElseGet(() -> read(filter, scope, older));
  }

  private Optional<Counts> count(
      Connection connection, Filter filter, Choice choice, Bounds bounds, Instant older)
      throws SQLException {
    Plan plan = Plan.of(Coverage.read(connection), bounds.since(), bounds.until(), older);
    if (plan.runs().isEmpty()) {
      return Optional.empty();
    }
    Facts.Reading reading = facts.read(connection, filter, plan.gaps());
    return Optional.of(Counts.of(connection, database, reading, plan, choice, older));
  }

  /** Reads the messages, and uses no counts: for buckets that are shorter than an hour. */
  public Counts read(Filter filter, Scope scope, Instant older) {
    return new Counts(database, facts.read(filter, scope), older);
  }
}
