package io.messagelogger.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.dev.EmbeddedDatabase;
import io.messagelogger.message.Message;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.Connections;
import io.messagelogger.store.Database;
import io.messagelogger.store.schema.Schema;
import io.messagelogger.store.writing.BatchWriter;
import io.messagelogger.store.writing.Incoming;
import io.messagelogger.store.writing.Outcome;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** An empty database beside that of the other tests, dropped at the end. Thread-safe. */
public final class FreshDatabase implements AutoCloseable {
  private final String name = "fresh_" + UUID.randomUUID().toString().replace("-", "");
  private final PGSimpleDataSource source = Client.dataSource(TestServices.settings());

  /** Creates one; on the nodes of Citus too, where the server has them. */
  public FreshDatabase() throws SQLException {
    administer(
        "CREATE DATABASE %s OWNER \"%s\""
            .formatted(name, TestServices.settings().text(Setting.DB_USER)));
    source.setDatabaseName(name);
    CitusCluster.of(Client.dataSource(TestServices.settings()))
        .ifPresent(cluster -> cluster.spread(source));
  }

  public PGSimpleDataSource source() {
    return source;
  }

  /** One whose schema is made. */
  public Database started(String... namesAndValues) {
    Map<String, String> environment = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      environment.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    Database database = start(environment);
    assertThat(database.condition().state().up())
        .as(database.condition().state().reason())
        .isTrue();
    return database;
  }

  /** Writes messages as the drainer does. */
  public static Outcome write(Transactions transactions, BatchWriter writer, List<Message> messages)
      throws SQLException {
    List<Incoming> incoming = new ArrayList<>();
    for (Message message : messages) {
      byte[] payload = message.toString().getBytes(StandardCharsets.UTF_8);
      incoming.add(new Incoming(incoming.size(), payload, message));
    }
    return transactions.run(() -> writer.write("fresh", incoming, List.of()));
  }

  /** A database as a server sees it that has tried once to make its schema with these settings. */
  public Database start(Map<String, String> environment) {
    Map<String, String> all = new HashMap<>(environment);
    all.put("DB_NAME", name);
    return prepared(new Transactions(source), Settings.from(all::get));
  }

  /** The database of a source, in which a server has tried once to make its schema. */
  public static Database prepared(DataSource source, Settings settings) {
    Connections connections = new Connections(source);
    Database database = new Database(connections);
    new Schema(connections, database, settings).prepare();
    return database;
  }

  public boolean hasTimescale() throws SQLException {
    return count("SELECT count(*) FROM pg_extension WHERE extname = 'timescaledb'") == 1;
  }

  public boolean hasCitus() throws SQLException {
    return count("SELECT count(*) FROM pg_extension WHERE extname = 'citus'") == 1;
  }

  public void execute(String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The number that a query answers. */
  public long count(String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** Executes a statement that the service's role may not. */
  public static void administer(String sql) throws SQLException {
    Optional<EmbeddedDatabase> embedded = TestServices.get().embeddedDatabase();
    try (Connection connection =
            embedded.isPresent()
                ? embedded.get().connectAsSuperuser("postgres")
                : Client.dataSource(TestServices.settings()).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    CitusCluster.of(Client.dataSource(TestServices.settings()))
        .ifPresent(cluster -> cluster.drop(name));
    administer("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
  }
}
