package io.messagelogger.store.schema;

import io.messagelogger.running.Part;
import io.messagelogger.running.Repeating;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.Citus;
import io.messagelogger.store.Connections;
import io.messagelogger.store.Database;
import io.messagelogger.store.Layout;
import io.messagelogger.store.SqlFailure;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;

/**
 * Makes the schema, or brings it up to date, as soon as the database can be reached, and tells
 * {@link Database} what it found. Tries once a second until it is done. Thread-safe.
 */
@ApplicationScoped
public class Schema implements Part {
  private static final Logger LOG = Logger.getLogger(Schema.class.getName());

  /** The number has no meaning; it is the same in every server. */
  private static final String LOCK = "SELECT pg_advisory_lock(7307199650931126)";

  private static final String UNLOCK = "SELECT pg_advisory_unlock(7307199650931126)";

  private static final String TIMESCALE_VERSION =
      "SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'";

  private static final String HYPERTABLE =
      """
      SELECT hypertable_name FROM timescaledb_information.hypertables
       WHERE format('%I.%I', hypertable_schema, hypertable_name)::regclass = 'message_exchange'::regclass
      """;

  /** For whom servers of this kind wait, advisory locks included. */
  private static final String BLOCKERS =
      """
      SELECT string_agg(DISTINCT format('%s, pid %s, %s', coalesce(nullif(other.application_name, ''), 'unnamed'), other.pid,
                                        coalesce(other.state, 'of another user')), '; ')
        FROM pg_stat_activity AS waiting
       CROSS JOIN unnest(pg_blocking_pids(waiting.pid)) AS blocker (pid)
        JOIN pg_stat_activity AS other ON other.pid = blocker.pid
       WHERE waiting.datname = current_database() AND waiting.usename = current_user
         AND waiting.application_name = current_setting('application_name')
         AND waiting.wait_event_type = 'Lock' AND waiting.pid <> pg_backend_pid()
      """;

  /** TimescaleDB's code for an operation that it does not support. */
  private static final String IN_PUBLICATION = "TS101";

  private static final String PUBLICATIONS =
      "SELECT string_agg(pubname, ', ' ORDER BY pubname) FROM pg_publication WHERE puballtables";

  /** Binary values are not converted: a column of another type gets them by INSERT. */
  private static final String EXACT_TYPES =
      """
      SELECT count(*) = 9 FROM pg_attribute
       WHERE attrelid = 'message_exchange'::regclass AND NOT attisdropped
         AND (attname, format_type(atttypid, NULL)) IN (
           ('message_uuid', 'uuid'),
           ('origin_ts', 'timestamp with time zone'), ('ack_ts', 'timestamp with time zone'),
           ('message_data', 'jsonb'), ('message_metadata', 'jsonb'),
           ('source_subject_id', 'text'), ('source_subject_id', 'character varying'),
           ('destination_subject_ids', 'text[]'),
           ('topic', 'text'), ('topic', 'character varying'),
           ('message_type', 'text'), ('message_type', 'character varying'))
      """;

  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Duration WATCH_PERIOD = Duration.ofSeconds(2);

  private final Connections connections;
  private final Database database;
  private final Settings settings;
  private volatile List<Repeating> tasks = List.of();
  private volatile @Nullable String blockers;
  private volatile boolean done;
  private final long made = System.nanoTime();

  /** No connection of this server is older, by the database's clock. */
  private @Nullable String since;

  @Resource private ManagedScheduledExecutorService scheduler;

  /** The schema of this database. */
  @Inject
  public Schema(Connections connections, Database database, Settings settings) {
    this.connections = connections;
    this.database = database;
    this.settings = settings;
  }

  @Override
  public String name() {
    return "schema";
  }

  @Override
  public void start() {
    tasks =
        List.of(
            Repeating.start(scheduler, "making the schema", Duration.ZERO, PERIOD, this::prepare),
            Repeating.start(
                scheduler,
                "watching for whom the schema waits",
                WATCH_PERIOD,
                WATCH_PERIOD,
                this::watch));
  }

  @Override
  public boolean stop(Duration limit) throws InterruptedException {
    boolean inTime = true;
    for (Repeating task : tasks) {
      inTime &= task.stop(limit.dividedBy(tasks.size()));
    }
    return inTime;
  }

  /** Makes the schema, or says in the condition "database" why that is not possible. */
  public void prepare() {
    if (done) {
      return;
    }
    try {
      migrate();
      done = true;
      database.probe();
    } catch (SQLException | RuntimeException e) { // tried again a second later
      String obstacle = obstacle(e);
      if (obstacle == null) {
        database.failed(e);
      } else {
        database.condition().down("needs an operator: " + obstacle);
      }
    }
  }

  /** Says for whom the schema has to wait, if it does. */
  public void watch() {
    if (done) {
      return;
    }
    try (Connection connection = connections.owner().getConnection()) {
      String now = Connections.first(connection, BLOCKERS);
      if (now != null && !done) {
        database.condition().down("the schema waits for a lock that others hold: " + now);
        if (!now.equals(blockers)) {
          LOG.log(Level.INFO, "The schema waits for a lock that others hold: {0}", now);
        }
      }
      blockers = now;
    } catch (SQLException | RuntimeException e) {
      LOG.log(Level.FINE, "It is not known for whom the schema waits", e);
    }
  }

  /** What to do about a failure that a user of the database has caused; null when it is another. */
  private @Nullable String obstacle(Exception failure) {
    if (!IN_PUBLICATION.equals(SqlFailure.of(failure).sqlState())) {
      return null;
    }
    try (Connection connection = connections.owner().getConnection()) {
      String publications = Connections.first(connection, PUBLICATIONS);
      return publications == null
          ? null
          : "message_exchange cannot become a hypertable while it is in a publication (%s, FOR ALL TABLES); drop the publication, and create it again when the service has started"
              .formatted(publications);
    } catch (SQLException e) {
      LOG.log(Level.FINE, "The publications are not known", e);
      return null;
    }
  }

  private void migrate() throws SQLException {
    try (Connection connection = connections.writing()) {
      // An unreachable database fails here, with a short message.
      connection.isValid(Database.PROBE_SECONDS);
      if (since == null) {
        String now = Connections.first(connection, "SELECT clock_timestamp()");
        long here = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - made) + 1;
        since =
            Connections.first(
                connection,
                "SELECT timestamptz '%s' - interval '%d microseconds'".formatted(now, here));
      }
    }
    DataSource source = connections.owner();
    Sessions.check(source);
    // Flyway takes a lock of its own, but only after it has made its table, about which servers
    // that start together would quarrel.
    try (Connection connection = source.getConnection()) {
      Connections.first(connection, LOCK);
      try {
        Distribution distribution = new Distribution(connection, settings);
        distribution.check();
        migrate(source);
        boolean exact = "t".equals(Connections.first(connection, EXACT_TYPES));
        Layout found =
            Connections.first(connection, TIMESCALE_VERSION) != null
                    && Connections.first(connection, HYPERTABLE) != null
                ? Layout.HYPERTABLE
                : distribution.distribute(Objects.requireNonNull(since), exact);
        String chunks =
            found == Layout.HYPERTABLE ? new Chunks(connection).configure(settings) : "";
        Grants.give(connection, found, settings);
        LOG.log(Level.INFO, "The schema is ready; {0}", describe(connection, found, chunks));
        database.schemaIs(found, exact, settings.span(Setting.RETENTION));
      } finally {
        Connections.first(connection, UNLOCK);
      }
    }
  }

  private static void migrate(DataSource source) {
    Flyway.configure(Schema.class.getClassLoader())
        .dataSource(source)
        .table("message_logger_schema")
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .callbackLocations(new String[0])
        .failOnMissingLocations(true)
        .connectRetries(0)
        .group(true)
        .ignoreMigrationPatterns("*:ignored", "*:future")
        .load()
        .migrate();
  }

  private static String citus(Connection connection) throws SQLException {
    List<Citus.Node> nodes = Citus.nodes(connection);
    return "Citus %s over %d nodes in %d shards"
        .formatted(
            Citus.version(connection),
            nodes.stream().filter(node -> node.shards() > 0).count(),
            nodes.stream().mapToLong(Citus.Node::shards).sum());
  }

  private static String describe(Connection connection, Layout layout, String chunks)
      throws SQLException {
    String timescale = Connections.first(connection, TIMESCALE_VERSION);
    return "PostgreSQL "
        + Connections.first(connection, "SHOW server_version")
        + (timescale == null ? " without TimescaleDB" : " with TimescaleDB " + timescale)
        + switch (layout) {
          case PLAIN -> "; message_exchange is a plain table";
          case HYPERTABLE -> "; message_exchange is a hypertable" + chunks;
          case DISTRIBUTED -> "; message_exchange is distributed by " + citus(connection);
        };
  }
}
