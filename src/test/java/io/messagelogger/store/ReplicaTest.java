package io.messagelogger.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which questions the primary is asked that a replica fails at. */
class ReplicaTest {
  private final List<String> closed = new ArrayList<>();
  private final Connection primary = connection("primary");
  private final Connection copy = connection("replica");
  private SQLException unreachable;

  private final Connections connections =
      new Connections(source(() -> primary), source(this::copy));
  private final Replica replica = new Replica(connections, OptionalInt.empty());

  private Connection copy() throws SQLException {
    if (unreachable != null) {
      throw unreachable;
    }
    return copy;
  }

  private String ask(SQLException failure) {
    return replica.answer(
        connection -> {
          assertThat(connection).isSameAs(copy);
          if (failure != null) {
            throw failure;
          }
          return "the replica's";
        },
        () -> "the primary's");
  }

  @Test
  void isNotInUseBeforeSomebodyHasLooked() {
    assertThat(replica.configured()).isTrue();
    assertThat(replica.inUse()).isFalse();
    replica.condition().up();
    assertThat(replica.inUse()).isTrue();
    Replica none = new Replica(new Connections(source(() -> primary)), OptionalInt.empty());
    none.condition().up();
    assertThat(none.configured() || none.inUse()).isFalse();
  }

  @Test
  void answers() {
    replica.condition().up();
    assertThat(ask(null)).isEqualTo("the replica's");
    assertThat(replica.fallbacks()).isZero();
    assertThat(closed).containsExactly("replica");
  }

  @ParameterizedTest
  @CsvSource({
    "40001, canceling statement due to conflict with recovery, true",
    "40P01, deadlock detected, true",
    "57014, canceling statement due to conflict with recovery, true",
    "42P01, relation \"message_key\" does not exist, true",
    "53300, too many connections, true",
    "57P01, terminating connection due to administrator command, false",
    "57P03, the database system is starting up, false",
    "08006, connection lost, false",
    ", no connection in time, false",
  })
  void thePrimaryAnswersWhatItFailsAt(String state, String reason, boolean inUse) {
    replica.condition().up();
    assertThat(ask(new SQLException(reason, state))).isEqualTo("the primary's");
    assertThat(replica.fallbacks()).isOne();
    assertThat(replica.inUse()).as("whether it is asked again").isEqualTo(inUse);
    assertThat(closed).containsExactly("replica");
  }

  @Test
  void thePrimaryAnswersWhereItCannotBeReached() {
    replica.condition().up();
    unreachable = new SQLException("Connection refused", "08001");
    assertThat(ask(null)).isEqualTo("the primary's");
    assertThat(replica.inUse()).isFalse();
    assertThat(replica.condition().state().reason()).contains("Connection refused");
  }

  @Test
  void whatIsTheQuestionsFaultIsNotAskedTwice() {
    assertThatThrownBy(() -> ask(new SQLException("invalid", "22P02")))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(
            () -> ask(new SQLException("canceling statement due to statement timeout", "57014")))
        .isInstanceOf(StoreUnavailableException.class);
    assertThat(replica.fallbacks()).isZero();
  }

  private Connection connection(String name) {
    return (Connection)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "close" -> {
                    closed.add(name);
                    yield null;
                  }
                  case "equals" -> proxy == arguments[0];
                  case "hashCode" -> 0;
                  case "toString" -> name;
                  // The questions here are lambdas: one that used the connection would say so.
                  default -> throw new UnsupportedOperationException(method.toString());
                });
  }

  private interface Opening {
    Connection open() throws SQLException;
  }

  private DataSource source(Opening opening) {
    return (DataSource)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("getConnection")) {
                return opening.open();
              }
              // Connections are opened and nothing else is asked of a source.
              throw new UnsupportedOperationException(method.toString());
            });
  }
}
