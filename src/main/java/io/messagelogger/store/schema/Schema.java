package io.messagelogger.store.schema;

import io.messagelogger.settings.Settings;
import io.messagelogger.store.Connections;
import io.messagelogger.store.Database;
import io.messagelogger.store.Layout;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ScheduledFuture;
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
public class Schema {
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

  private final Connections connections;
  private final Database database;
  private final Settings settings;
  private volatile @Nullable ScheduledFuture<?> task;
  private volatile boolean done;

  @Resource private ManagedScheduledExecutorService scheduler;

  /** The schema of this database. */
  @Inject
  public Schema(Connections connections, Database database, Settings settings) {
    this.connections = connections;
    this.database = database;
    this.settings = settings;
  }

  void start(@Observes Startup event) {
    task = scheduler.scheduleWithFixedDelay(this::prepare, 0, 1, TimeUnit.SECONDS);
  }

  void stop(@Observes Shutdown event) {
    ScheduledFuture<?> running = task;
    if (running != null) {
      running.cancel(true);
    }
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
      database.failed(e);
    }
  }

  private void migrate() throws SQLException {
    try (Connection connection = connections.writing()) {
      // An unreachable database fails here, with a short message.
      connection.isValid(Database.PROBE_SECONDS);
    }
    DataSource source = connections.owner();
    // Flyway takes a lock of its own, but only after it has made its table, about which servers
    // that start together would quarrel.
    try (Connection connection = source.getConnection()) {
      Connections.first(connection, LOCK);
      try {
        migrate(source);
        Layout found =
            Connections.first(connection, TIMESCALE_VERSION) != null
                    && Connections.first(connection, HYPERTABLE) != null
                ? Layout.HYPERTABLE
                : Layout.PLAIN;
        String chunks =
            found == Layout.HYPERTABLE ? new Chunks(connection).configure(settings) : "";
        Grants.give(connection, found, settings);
        LOG.log(Level.INFO, "The schema is ready; {0}", describe(connection, found, chunks));
        database.schemaIs(found, "t".equals(Connections.first(connection, EXACT_TYPES)));
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
        .ignoreMigrationPatterns("*:ignored")
        .load()
        .migrate();
  }

  private static String describe(Connection connection, Layout layout, String chunks)
      throws SQLException {
    String timescale = Connections.first(connection, TIMESCALE_VERSION);
    return "PostgreSQL "
        + Connections.first(connection, "SHOW server_version")
        + (timescale == null ? " without TimescaleDB" : " with TimescaleDB " + timescale)
        + (layout == Layout.PLAIN
            ? "; message_exchange is a plain table"
            : "; message_exchange is a hypertable" + chunks);
  }
}
