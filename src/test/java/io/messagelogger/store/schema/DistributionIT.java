package io.messagelogger.store.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.messagelogger.access.Scope;
import io.messagelogger.message.Message;
import io.messagelogger.message.Position;
import io.messagelogger.settings.Settings;
import io.messagelogger.store.Citus;
import io.messagelogger.store.Database;
import io.messagelogger.store.DatabaseEngine;
import io.messagelogger.store.Layout;
import io.messagelogger.store.StoreUnavailableException;
import io.messagelogger.store.finding.MessageFinder;
import io.messagelogger.store.log.CommitLog;
import io.messagelogger.store.writing.BatchWriter;
import io.messagelogger.testing.CitusCluster;
import io.messagelogger.testing.Client;
import io.messagelogger.testing.FreshDatabase;
import io.messagelogger.testing.TestServices;
import io.messagelogger.testing.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** How the tables come to be distributed by Citus, and when they must not be. */
class DistributionIT {
  private static final Instant NOON = Instant.parse("2025-05-27T12:00:00Z");

  @Test
  void withoutCitusNothingCanBeDistributed() throws SQLException {
    try (FreshDatabase fresh = new FreshDatabase()) {
      assumeFalse(fresh.hasCitus(), "this is Citus");
      assertThat(fresh.start(Map.of("DB_DISTRIBUTE", "on")).condition().state().reason())
          .contains("DB_DISTRIBUTE is on, but the database does not have the extension citus");
      fresh.started("DB_DISTRIBUTE", "off");
    }
  }

  @Test
  void everythingOfAMessageIsOnOneNode() throws SQLException {
    try (FreshDatabase fresh = citus()) {
      Database database = fresh.started();
      assertThat(database.layout()).isEqualTo(Layout.DISTRIBUTED);
      assertThat(fresh.count("SELECT count(DISTINCT colocationid) FROM pg_dist_partition"))
          .isEqualTo(1);
      assertThat(fresh.count("SELECT count(*) FROM pg_dist_partition")).isEqualTo(5);
      DatabaseEngine.State state = new DatabaseEngine(database).look();
      assertThat(state.nodes()).filteredOn(Citus.Node::coordinator).hasSize(1);
      assertThat(state.nodes().stream().filter(node -> node.shards() > 0).count()).isGreaterThan(1);
    }
  }

  @Test
  void aFewMessagesAreMoved() throws SQLException {
    try (FreshDatabase fresh = citus()) {
      Transactions transactions = new Transactions(fresh.source());
      Database plain = fresh.started("DB_DISTRIBUTE", "off");
      assertThat(plain.layout()).isEqualTo(Layout.PLAIN);
      List<Message> messages = List.of(message(), message(), message());
      FreshDatabase.write(transactions, new BatchWriter(plain), messages);

      Database distributed = fresh.started();
      assertThat(distributed.layout()).isEqualTo(Layout.DISTRIBUTED);
      for (Message message : messages) {
        assertThat(new MessageFinder(distributed).find(message.messageUuid(), Scope.ALL))
            .contains(message);
      }
      assertThat(fresh.count("SELECT count(*) FROM message_key")).isEqualTo(3);
      assertThat(
              FreshDatabase.write(
                      new Transactions(fresh.source()), new BatchWriter(distributed), messages)
                  .duplicates())
          .hasSize(3);
      assertThat(fresh.started("DB_DISTRIBUTE", "off").layout()).isEqualTo(Layout.DISTRIBUTED);
    }
  }

  @Test
  void othersThatStoreKeepTheTablesWhereTheyAre() throws SQLException {
    try (FreshDatabase fresh = citus()) {
      PGSimpleDataSource other = source(fresh.source(), null);
      other.setApplicationName("message-logger");
      try (Connection storing = other.getConnection()) {
        assertThat(storing.isValid(5)).isTrue();
        assertThat(fresh.started().layout()).isEqualTo(Layout.PLAIN);
        assertThat(fresh.start(Map.of("DB_DISTRIBUTE", "on")).condition().state().reason())
            .contains("other servers are storing");
      }
    }
  }

  /** A pool of a server keeps the connection with which it first came. */
  @Test
  void connectionsOfThisServerAreNobodyElse() throws SQLException {
    try (FreshDatabase fresh = citus()) {
      List<Connection> pool = new ArrayList<>();
      PGSimpleDataSource source =
          new PGSimpleDataSource() {
            @Override
            public Connection getConnection() throws SQLException {
              pool.add(super.getConnection());
              return super.getConnection();
            }
          };
      source.setServerNames(fresh.source().getServerNames());
      source.setPortNumbers(fresh.source().getPortNumbers());
      source.setDatabaseName(fresh.source().getDatabaseName());
      source.setUser(fresh.source().getUser());
      source.setPassword(fresh.source().getPassword());
      source.setApplicationName("message-logger");
      try {
        Database database = FreshDatabase.prepared(source, TestServices.settings());
        assertThat(database.layout()).isEqualTo(Layout.DISTRIBUTED);
        assertThat(pool).isNotEmpty();
      } finally {
        for (Connection connection : pool) {
          connection.close();
        }
      }
    }
  }

  @Test
  void beingOfBothKindsIsRefused() throws SQLException {
    try (FreshDatabase fresh = citus()) {
      fresh.execute(
          "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timescaledb.max_background_workers = 1', current_database()); END $$");
      assertThat(fresh.start(Map.of()).condition().state().reason())
          .contains("both Citus and TimescaleDB");
    }
  }

  @Test
  void aWorkerIsRefused() throws SQLException {
    try (FreshDatabase fresh = citus()) {
      PGSimpleDataSource worker =
          source(
              fresh.source(),
              CitusCluster.of(Client.dataSource(TestServices.settings()))
                  .orElseThrow()
                  .workers()
                  .get(0));
      Database database =
          FreshDatabase.prepared(new Transactions(worker), Settings.from(name -> null));
      assertThat(database.condition().state().reason()).contains("the coordinator is needed");
    }
  }

  /** The coordinator has committed and a node has not yet: the feed must not pass over it. */
  @Test
  void whatIsNotYetOnItsNodeIsWaitedFor() throws SQLException {
    try (FreshDatabase fresh = citus()) {
      CommitLog log = new CommitLog(fresh.started());
      List<Position> missing = List.of(new Position(NOON, UUID.randomUUID()));
      assertThat(log.messages(missing, Scope.ALL)).isEmpty();
      PGSimpleDataSource worker =
          source(
              fresh.source(),
              CitusCluster.of(Client.dataSource(TestServices.settings()))
                  .orElseThrow()
                  .workers()
                  .get(0));
      try (Connection connection = worker.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("BEGIN");
        statement.execute("SELECT txid_current()");
        statement.execute("PREPARE TRANSACTION 'citus_of_a_test'");
        assertThatThrownBy(() -> log.messages(missing, Scope.ALL))
            .isInstanceOf(StoreUnavailableException.class)
            .hasMessageContaining("not there yet");
        statement.execute("ROLLBACK PREPARED 'citus_of_a_test'");
      }
      assertThat(log.messages(missing, Scope.ALL)).isEmpty();
    }
  }

  private static FreshDatabase citus() throws SQLException {
    FreshDatabase fresh = new FreshDatabase();
    if (!fresh.hasCitus()) {
      fresh.close();
      assumeTrue(false, "this is not Citus");
    }
    return fresh;
  }

  private static PGSimpleDataSource source(
      PGSimpleDataSource like, CitusCluster.@Nullable Worker worker) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(worker == null ? like.getServerNames() : new String[] {worker.host()});
    source.setPortNumbers(worker == null ? like.getPortNumbers() : new int[] {worker.port()});
    source.setDatabaseName(like.getDatabaseName());
    source.setUser(like.getUser());
    source.setPassword(like.getPassword());
    return source;
  }

  private static Message message() {
    return new Message(
        UUID.randomUUID(), NOON, null, "{}", "citus", List.of("a", "b"), "topic", null, null);
  }
}
