package io.messagelogger.store.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.store.Database;
import io.messagelogger.testing.FreshDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reading on while transactions end in another order than they began, or never commit. */
class LogTailIT {
  private static final Instant TIME = Instant.parse("2025-05-27T10:30:00.123456Z");
  private static FreshDatabase fresh;
  private static CommitLog log;

  private LogTail tail;

  @BeforeAll
  static void migrate() throws Exception {
    fresh = new FreshDatabase();
    Database database = fresh.started();
    log = new CommitLog(database);
  }

  @AfterAll
  static void drop() throws SQLException {
    fresh.close();
  }

  @BeforeEach
  void begin() {
    tail = new LogTail(log);
    assertThat(tail.started()).isTrue();
  }

  /** A transaction that has appended one message and is open. */
  private record Open(Connection connection, UUID uuid) {
    void commit() throws SQLException {
      connection.commit();
      connection.close();
    }

    void rollback() throws SQLException {
      connection.rollback();
      connection.close();
    }
  }

  private static Open append() throws SQLException {
    Connection connection = fresh.source().getConnection();
    connection.setAutoCommit(false);
    UUID uuid = UUID.randomUUID();
    LogEntries entries = new LogEntries(1);
    entries.add(uuid, TIME, new byte[] {1});
    entries.append(connection);
    return new Open(connection, uuid);
  }

  private List<UUID> read() {
    List<UUID> read = new ArrayList<>();
    for (List<LogBatch> some = tail.read(100); !some.isEmpty(); some = tail.read(100)) {
      some.forEach(batch -> read.add(batch.uuid(0)));
    }
    return read;
  }

  @Test
  void whatIsCommittedIsReadOnce() throws SQLException {
    Open one = append();
    assertThat(read()).isEmpty();
    one.commit();
    assertThat(read()).containsExactly(one.uuid());
    assertThat(read()).isEmpty();
  }

  @Test
  void aLateCommitHoldsBackThoseThatDrewLargerNumbers() throws SQLException {
    Open late = append();
    Open early = append();
    early.commit();
    assertThat(read()).isEmpty();
    assertThat(tail.waits()).isTrue();
    late.commit();
    assertThat(read()).containsExactly(late.uuid(), early.uuid());
    assertThat(tail.waits()).isFalse();
  }

  @Test
  void whatIsRolledBackHoldsNothingUp() throws SQLException {
    Open gone = append();
    Open early = append();
    early.commit();
    assertThat(read()).isEmpty();
    gone.rollback();
    assertThat(read()).containsExactly(early.uuid());
  }

  @Test
  void onlyThoseThatWereOpenWhenANumberWasMissedAreWaitedFor() throws SQLException {
    Open gone = append();
    Open early = append();
    early.commit();
    assertThat(read()).isEmpty();
    Open later = append();
    gone.rollback();
    assertThat(read()).containsExactly(early.uuid());
    Open last = append();
    last.commit();
    assertThat(read()).isEmpty();
    later.commit();
    assertThat(read()).containsExactly(later.uuid(), last.uuid());
  }

  @Test
  void somebodyElsesLongTransactionHoldsNothingUp() throws SQLException {
    try (Connection connection = fresh.source().getConnection()) {
      connection.setAutoCommit(false);
      connection
          .createStatement()
          .execute("INSERT INTO message_erasure VALUES (gen_random_uuid())");
      Open one = append();
      Open gone = append();
      Open other = append();
      gone.rollback();
      one.commit();
      other.commit();
      assertThat(read()).containsExactly(one.uuid(), other.uuid());
      connection.rollback();
    }
  }

  @Test
  void aTailThatStartsMeanwhileWaitsForThoseThatMayHaveDrawn() throws SQLException {
    Open open = append();
    LogTail second = new LogTail(log);
    assertThat(second.started()).isFalse();
    open.commit();
    assertThat(second.started()).isTrue();
    assertThat(second.read(100)).as("it was there before the start").isEmpty();
    assertThat(read()).containsExactly(open.uuid());
  }

  @Test
  void noneIsLostOrReadTwiceHoweverTransactionsInterleave() throws SQLException {
    Random random = new Random(1);
    List<Open> open = new ArrayList<>();
    List<UUID> committed = new ArrayList<>();
    List<Long> numbers = new ArrayList<>();
    List<UUID> read = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      if (open.size() < 6 && random.nextBoolean()) {
        open.add(append());
      } else if (!open.isEmpty()) {
        Open one = open.remove(random.nextInt(open.size()));
        if (random.nextInt(4) == 0) {
          one.rollback();
        } else {
          one.commit();
          committed.add(one.uuid());
        }
      }
      for (LogBatch batch : tail.read(3)) {
        read.add(batch.uuid(0));
        numbers.add(batch.id());
      }
    }
    for (Open one : open) {
      one.rollback();
    }
    for (List<LogBatch> some = tail.read(3); !some.isEmpty(); some = tail.read(3)) {
      some.forEach(
          batch -> {
            read.add(batch.uuid(0));
            numbers.add(batch.id());
          });
    }
    assertThat(read).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(committed);
    assertThat(numbers).isSorted();
  }

  @Test
  void anEntryIsReadAsItWasWritten() throws SQLException {
    UUID uuid = UUID.randomUUID();
    byte[] payload = {3, 1, 2};
    LogEntries entries = new LogEntries(1);
    for (int i = 0; i < LogEntries.MESSAGES_A_ROW; i++) {
      entries.add(UUID.randomUUID(), null, new byte[0]);
    }
    entries.add(uuid, TIME, payload);
    try (Connection connection = fresh.source().getConnection()) {
      entries.append(connection);
    }
    List<LogBatch> batches = tail.read(100);
    assertThat(batches).extracting(LogBatch::size).containsExactly(1000, 1);
    LogBatch last = batches.get(1);
    assertThat(last.uuid(0)).isEqualTo(uuid);
    assertThat(last.check(0)).isEqualTo(LogEntries.check(payload));
    assertThat(last.positions(0, 1).get(0).originTs()).isEqualTo(TIME);
    assertThat(last.after(0)).isEqualTo(LogPosition.before(last.id() + 1));
    assertThat(batches.get(0).after(0)).isEqualTo(new LogPosition(batches.get(0).id(), 1));
  }

  @Test
  void aCursorIsReadAsItWasWritten() {
    for (LogPosition position :
        List.of(
            new LogPosition(0, 0),
            new LogPosition(123_456_789, 999),
            new LogPosition(Long.MAX_VALUE, 1),
            LogPosition.FIRST)) {
      assertThat(LogPosition.parse(position.cursor())).contains(position);
    }
    for (String text : List.of("", "1", "15m", "1.", ".1", "1.0.0", "zzzzzzzzzzzzz.0", "1 .0")) {
      assertThat(LogPosition.parse(text)).as(text).isEmpty();
    }
  }
}
