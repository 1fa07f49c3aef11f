package io.messagelogger.store;

import io.messagelogger.running.Condition;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What kind of database stores the messages, and whether it keeps what it has committed. The answer
 * is that of the last look. Thread-safe.
 */
@ApplicationScoped
public class DatabaseEngine {
  private static final String VERSION = "SHOW server_version";
  private static final String TIMESCALE =
      "SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'";
  private static final String RISKS =
      """
      SELECT string_agg(name, ',' ORDER BY name)
        FROM pg_settings
       WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off'
      """;

  private final Database database;
  private volatile Optional<State> state = Optional.empty();

  /**
   * What a look has found.
   *
   * @param version of PostgreSQL
   * @param timescale version of TimescaleDB; null where it is not
   * @param citus version of Citus; null where it is not
   * @param nodes of Citus; none where the tables are not distributed
   * @param layout how message_exchange lies: plain, hypertable or distributed
   * @param risks by which settings it may lose messages, a sentence each
   */
  public record State(
      String version,
      @Nullable String timescale,
      @Nullable String citus,
      List<Citus.Node> nodes,
      String layout,
      List<String> risks) {}

  /** Looks at this database. */
  @Inject
  public DatabaseEngine(Database database) {
    this.database = database;
  }

  /** What was last seen; empty before the first look. */
  public Optional<State> state() {
    return state;
  }

  /** The read replica, whether there is one or not. */
  public Replica replica() {
    return database.replica();
  }

  /** Whether the database answers and has the schema. */
  public Condition condition() {
    return database.condition();
  }

  /**
   * Asks the database, on a connection that stores.
   *
   * @throws StoreUnavailableException when the database does not answer, or before the schema is
   *     there
   */
  public State look() {
    Layout layout = database.layout();
    State seen =
        database.ask(
            connection ->
                new State(
                    String.valueOf(Connections.first(connection, VERSION)),
                    Connections.first(connection, TIMESCALE),
                    Citus.version(connection),
                    layout == Layout.DISTRIBUTED ? Citus.nodes(connection) : List.of(),
                    layout.text(),
                    risks(Connections.first(connection, RISKS))));
    state = Optional.of(seen);
    return seen;
  }

  private static List<String> risks(@Nullable String off) {
    List<String> risks = new ArrayList<>();
    if (off != null) {
      for (String name : off.split(",", -1)) {
        risks.add(
            name
                + " is off: "
                + (name.equals("synchronous_commit")
                    ? "a crash of the database loses the last transactions, after their messages have"
                        + " left Redis; set it to on"
                    : "a machine that loses power can damage the database; set it to on"));
      }
    }
    return List.copyOf(risks);
  }
}
