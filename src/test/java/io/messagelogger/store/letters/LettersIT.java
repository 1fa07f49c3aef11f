package io.messagelogger.store.letters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.messagelogger.settings.Setting;
import io.messagelogger.store.Database;
import io.messagelogger.store.letters.DeadLetter.Kind;
import io.messagelogger.store.letters.LetterRequeue.Retry;
import io.messagelogger.store.letters.LetterSelection.State;
import io.messagelogger.store.writing.BatchWriter;
import io.messagelogger.testing.Client;
import io.messagelogger.testing.FreshDatabase;
import io.messagelogger.testing.TestServices;
import io.messagelogger.testing.Transactions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Dead letters on a real database. Each test marks the reasons of its letters, so that tests do not
 * see each other's.
 */
class LettersIT {
  private static final int LIMIT = 100_000;

  private static Transactions transactions;
  private static BatchWriter writer;
  private static Database database;
  private static DeadLetters letters;
  private static LetterDiscard discards;
  private static SelectedLetters selected;
  private static LetterRequeue requeue;

  private final String mark = "mark-" + UUID.randomUUID();
  private final String claim = UUID.randomUUID().toString();

  @BeforeAll
  static void migrate() throws InterruptedException {
    transactions = new Transactions(Client.dataSource(TestServices.settings()));
    database = FreshDatabase.prepared(transactions, TestServices.settings());
    assertThat(database.awaitReady(0, TimeUnit.SECONDS))
        .as(database.condition().state().reason())
        .isTrue();
    writer = new BatchWriter(database);
    letters = new DeadLetters(database);
    discards = new LetterDiscard(database);
    selected = new SelectedLetters(database);
    requeue =
        new LetterRequeue(
            database,
            TestServices.settings(Setting.MAX_MESSAGE_BYTES.name(), Integer.toString(LIMIT)));
  }

  @Test
  void whatIsBuriedIsFoundWithEverything() throws SQLException {
    Instant before = Instant.now();
    byte[] payload = (mark + " \u0000 no JSON").getBytes(StandardCharsets.UTF_8);
    bury(claim, new DeadLetter(7, payload, Kind.REFUSED, mark + "\0", "22023", 11));
    BuriedLetter letter = only();
    assertThat(letter.kind()).isEqualTo(Kind.REFUSED);
    assertThat(letter.reason()).isEqualTo(mark + "\u2400");
    assertThat(letter.sqlState()).isEqualTo("22023");
    assertThat(letter.attempts()).isEqualTo(11);
    assertThat(letter.occurrences()).isEqualTo(1);
    assertThat(letter.bytes()).isEqualTo(payload.length);
    assertThat(letter.sha256()).isEqualTo(sha256(payload));
    assertThat(letter.head()).isEqualTo(payload);
    assertThat(letter.firstSeen()).isEqualTo(letter.lastSeen()).isAfter(before.minusSeconds(60));
    assertThat(letter.open()).isTrue();
    assertThat(letter.retries()).isZero();
    assertThat(letters.find(letter.id()).orElseThrow().head()).isEqualTo(payload);
    assertThat(letters.find(Long.MAX_VALUE)).isEmpty();
    assertThat(letters.open(1_000_000)).isPositive();
    assertThat(letters.open(1)).isEqualTo(1);
  }

  @Test
  void occurrencesAreCountedByClaimAndPosition() throws SQLException {
    bury(claim, letter(3), letter(5));
    assertThat(only().occurrences()).isEqualTo(2);
    bury(claim, letter(9)); // another transaction of the same claim
    assertThat(only().occurrences()).isEqualTo(3);
    bury(claim, letter(3), letter(5)); // the first one again, after an uncertain commit
    bury(claim, letter(9), letter(12)); // and the second, which was cut in another place
    assertThat(only().occurrences()).isEqualTo(4);
    bury(UUID.randomUUID().toString(), letter(0));
    assertThat(only().occurrences()).isEqualTo(5);
    assertThat(only().lastSeen()).isAfter(only().firstSeen());
  }

  /** The letter that is meant is the oldest of more than are looked at for a page. */
  @Test
  void aRareReasonIsFoundOverPagesOfBoundedWork() throws SQLException {
    try (FreshDatabase fresh = new FreshDatabase()) {
      Database database = fresh.started();
      int count = 2 * DeadLetters.EXAMINED + 500;
      fresh.execute(
          """
          INSERT INTO dead_letter (sha256, payload, reason, kind, bytes, last_claim, last_seen)
          SELECT int4send(i), 'x', CASE WHEN i = 1 THEN 'the needle' ELSE 'hay' END, 'invalid', 1, 'c',
                 timestamptz '2026-01-01Z' + i * interval '1 s'
            FROM generate_series(1, %d) AS i
          """
              .formatted(count));
      DeadLetters many = new DeadLetters(database);
      List<BuriedLetter> found = new ArrayList<>();
      int pages = 0;
      DeadLetters.Position next = null;
      do {
        DeadLetters.Page page =
            many.page(new LetterSelection(null, "needle", State.OPEN), next, 10);
        found.addAll(page.letters());
        next = page.next();
        pages++;
      } while (next != null);
      assertThat(found).singleElement().extracting(BuriedLetter::reason).isEqualTo("the needle");
      assertThat(pages).isEqualTo(3);
    }
  }

  @Test
  void aPageAfterTheOtherShowsEveryLetterOnceNewestFirst() throws SQLException {
    for (int i = 0; i < 25; i++) {
      bury(claim, new DeadLetter(i, payload(i), Kind.INVALID, mark, null, 1));
    }
    List<BuriedLetter> all = new ArrayList<>();
    DeadLetters.Position next = null;
    do {
      DeadLetters.Page page = letters.page(selection(null), next, 10);
      all.addAll(page.letters());
      next = page.next();
    } while (next != null);
    assertThat(all).hasSize(25);
    assertThat(all.stream().map(BuriedLetter::id)).doesNotHaveDuplicates();
    assertThat(all.stream().map(BuriedLetter::lastSeen))
        .isSortedAccordingTo(Collections.reverseOrder());
    assertThat(letters.page(selection(null), null, 25).next()).isNull();
  }

  @Test
  void lettersAreSelectedByKindReasonAndState() throws SQLException {
    bury(claim, new DeadLetter(0, payload(0), Kind.INVALID, mark + " 100% wrong", null, 1));
    bury(claim, new DeadLetter(1, payload(1), Kind.CONFLICT, mark + " conflict", null, 1));
    assertThat(page(selection(Kind.CONFLICT))).hasSize(1);
    assertThat(page(selection(Kind.FATAL))).isEmpty();
    assertThat(
            page(new LetterSelection(null, mark.toUpperCase(Locale.ROOT) + " 100% W", State.OPEN)))
        .hasSize(1);
    assertThat(page(new LetterSelection(null, mark + " 100%%", State.OPEN))).isEmpty();
    assertThat(page(new LetterSelection(null, mark + "_conflict", State.OPEN))).isEmpty();

    long retried = page(selection(Kind.CONFLICT)).get(0).id();
    assertThat(retry(retried, new ArrayList<>(), true)).isEqualTo(Retry.QUEUED);
    assertThat(page(selection(null))).hasSize(1);
    assertThat(page(new LetterSelection(null, mark, State.RETRIED)))
        .extracting(BuriedLetter::id)
        .containsExactly(retried);
    assertThat(page(new LetterSelection(null, mark, State.ALL))).hasSize(2);
  }

  @Test
  void aRetriedLetterStaysAndIsOpenAgainWhenItComesBack() throws SQLException {
    bury(claim, letter(0));
    long id = only().id();
    List<byte[]> pushed = new ArrayList<>();
    assertThat(retry(id, pushed, false)).isEqualTo(Retry.QUEUED);
    assertThat(pushed).containsExactly(payload(0));
    BuriedLetter retried = letters.find(id).orElseThrow();
    assertThat(retried.open()).isFalse();
    assertThat(retried.retries()).isEqualTo(1);

    assertThat(retry(id, pushed, false)).isEqualTo(Retry.RETRIED_BEFORE);
    assertThat(retry(id, pushed, true)).isEqualTo(Retry.QUEUED);
    assertThat(pushed).hasSize(2);

    bury(UUID.randomUUID().toString(), new DeadLetter(4, payload(0), Kind.INVALID, mark, null, 2));
    BuriedLetter back = letters.find(id).orElseThrow();
    assertThat(back.open()).isTrue();
    assertThat(back.occurrences()).isEqualTo(2);
    assertThat(back.attempts()).isEqualTo(2);
    assertThat(back.retries()).isEqualTo(2);
    assertThat(letters.actions(id))
        .extracting(DeadLetters.Action::action)
        .containsExactly("retry", "retry");
    assertThat(retry(Long.MAX_VALUE, pushed, true)).isEqualTo(Retry.GONE);
  }

  @Test
  void aPushThatFailsLeavesTheLetterAsItWas() throws SQLException {
    bury(claim, letter(0));
    long id = only().id();
    assertThatThrownBy(
            () ->
                transactions.run(
                    () ->
                        requeue.retry(
                            id,
                            payload -> {
                              throw new IllegalStateException("no queue");
                            },
                            true)))
        .hasMessage("no queue");
    assertThat(only().open()).isTrue();
    assertThat(only().retries()).isZero();
    assertThat(letters.actions(id)).isEmpty();
  }

  /**
   * Invariant: a letter whose message is refused again while its retry is not yet committed is open
   * in the end, never lost between the two.
   */
  @Test
  void aLetterThatComesBackBeforeItsRetryIsCommittedIsOpen() throws Exception {
    bury(claim, letter(0));
    long id = only().id();
    CountDownLatch pushed = new CountDownLatch(1);
    ExecutorService executor = Executors.newFixedThreadPool(2);
    try {
      Future<?> burial =
          executor.submit(
              () -> {
                pushed.await();
                bury("another claim", letter(0));
                return null;
              });
      transactions.run(
          () ->
              requeue.retry(
                  id,
                  payload -> {
                    pushed.countDown();
                    awaitWaitingForALock();
                  },
                  true));
      burial.get(30, TimeUnit.SECONDS);
    } finally {
      executor.shutdownNow();
    }
    assertThat(only().open()).isTrue();
    assertThat(only().occurrences()).isEqualTo(2);
    assertThat(only().retries()).isEqualTo(1);
  }

  private static void awaitWaitingForALock() {
    try (Client client = new Client(TestServices.settings(), 0)) {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () ->
                  client.count(
                          "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                              + " AND query LIKE '%INTO dead_letter%'")
                      > 0);
    }
  }

  @Test
  void aDiscardedLetterIsGoneAndOnRecord() throws SQLException {
    bury(claim, letter(0));
    BuriedLetter letter = only();
    assertThat(transactions.run(() -> discards.discard(letter.id()))).isTrue();
    assertThat(transactions.run(() -> discards.discard(letter.id()))).isFalse();
    assertThat(letters.find(letter.id())).isEmpty();
    assertThat(letters.actions(letter.id()))
        .extracting(DeadLetters.Action::action)
        .containsExactly("discard");
    bury("another claim", letter(0));
    assertThat(only().id()).isNotEqualTo(letter.id());
    assertThat(only().occurrences()).isEqualTo(1);
  }

  @Test
  void aLargePayloadIsKeptByteForByteWithoutBeingInMemory() throws Exception {
    Large large = new Large(50_000_001);
    transactions.run(
        () -> {
          writer.bury(claim, large, mark);
          return null;
        });
    assertThat(large.longest).isLessThanOrEqualTo(8 << 20);
    BuriedLetter letter = only();
    assertThat(letter.kind()).isEqualTo(Kind.TOO_LARGE);
    assertThat(letter.bytes()).isEqualTo(50_000_001);
    assertThat(letter.sha256()).isEqualTo(large.sha256());
    assertThat(letters.find(letter.id()).orElseThrow().head()).hasSize(DeadLetters.HEAD);
    assertThat(sha256(payload(letter))).isEqualTo(large.sha256());
    assertThat(retry(letter.id(), new ArrayList<>(), true)).isEqualTo(Retry.TOO_LARGE);

    transactions.run(
        () -> {
          writer.bury("another claim", large, mark);
          return null;
        });
    assertThat(only().occurrences()).isEqualTo(2);
    assertThat(sha256(payload(letter))).isEqualTo(large.sha256());
    assertThat(transactions.run(() -> discards.discard(letter.id()))).isTrue();
    try (Client client = new Client(TestServices.settings(), 0)) {
      assertThat(
              client.count(
                  "SELECT count(*) FROM dead_letter_piece WHERE dead_letter_id = " + letter.id()))
          .isZero();
    }
  }

  @Test
  void aLargePayloadThatEndsEarlyIsNotBuried() {
    PieceSource cut =
        new PieceSource() {
          @Override
          public long length() {
            return 20_000_000;
          }

          @Override
          public byte[] read(long from, int length) {
            return from > 10_000_000 ? new byte[0] : new byte[length];
          }
        };
    assertThatThrownBy(
            () ->
                transactions.run(
                    () -> {
                      writer.bury(claim, cut, mark);
                      return null;
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(page(selection(null))).isEmpty();
  }

  @Test
  void theNextToRetryAreTheOpenOnesOfTheTimeBefore() throws SQLException {
    for (int i = 0; i < 5; i++) {
      bury(claim, new DeadLetter(i, payload(i), Kind.INVALID, mark, null, 1));
    }
    Instant until = page(selection(null)).get(0).lastSeen();
    bury("later", new DeadLetter(0, payload(99), Kind.INVALID, mark, null, 1));
    bury("later", new DeadLetter(1, payload(2), Kind.INVALID, mark, null, 1)); // came again
    assertThat(selected.count(selection(null), until)).isEqualTo(4);
    Set<Long> ids = new HashSet<>();
    long last = 0;
    for (List<Long> next = selected.next(selection(null), until, last, 3);
        !next.isEmpty();
        next = selected.next(selection(null), until, last, 3)) {
      assertThat(next).isSorted();
      ids.addAll(next);
      last = next.get(next.size() - 1);
    }
    assertThat(ids).hasSize(4);
  }

  @Test
  void writersAtTheSameTimeCountEachOccurrenceOnce() throws Exception {
    int claims = 8;
    int occurrences = 25;
    ExecutorService executor = Executors.newFixedThreadPool(claims);
    List<Callable<Void>> writers = new ArrayList<>();
    for (int i = 0; i < claims; i++) {
      String own = "writer " + i;
      writers.add(
          () -> {
            for (int position = 0; position < occurrences; position++) {
              // Both payloads in one transaction, in either order: locks are taken in the same one.
              DeadLetter same = letter(position);
              DeadLetter other =
                  new DeadLetter(1000 + position, payload(1), Kind.INVALID, mark, null, 1);
              bury(own, position % 2 == 0 ? same : other, position % 2 == 0 ? other : same);
            }
            return null;
          });
    }
    for (Future<Void> end : executor.invokeAll(writers)) {
      end.get();
    }
    executor.shutdown();
    assertThat(page(selection(null)))
        .hasSize(2)
        .allSatisfy(
            letter -> assertThat(letter.occurrences()).isEqualTo((long) claims * occurrences));
  }

  @Test
  void ofTwoWhoDiscardOnlyOneIsOnRecord() throws Exception {
    bury(claim, letter(0));
    long id = only().id();
    ExecutorService executor = Executors.newFixedThreadPool(8);
    List<Callable<Boolean>> calls =
        Collections.nCopies(8, () -> transactions.run(() -> discards.discard(id)));
    int gone = 0;
    for (Future<Boolean> discard : executor.invokeAll(calls)) {
      gone += discard.get() ? 1 : 0;
    }
    executor.shutdown();
    assertThat(gone).isEqualTo(1);
    assertThat(letters.actions(id)).hasSize(1);
  }

  @Test
  void aSelectionIsDiscardedAndOnRecordButNotWhatHasComeAgain() throws SQLException {
    for (int i = 0; i < 5; i++) {
      bury(claim, new DeadLetter(i, payload(i), Kind.INVALID, mark, null, 1));
    }
    bury(claim, new DeadLetter(5, payload(5), Kind.CONFLICT, mark, null, 1));
    LetterSelection selection = selection(Kind.INVALID);
    Instant until = selected.time();
    List<Long> ids = selected.next(selection, until, 0, 100);
    assertThat(ids).hasSize(5);
    bury("later", new DeadLetter(0, payload(2), Kind.INVALID, mark, null, 1));
    requeue(ids.get(4));
    int gone = transactions.run(() -> discards.discard(ids, selection, until));
    assertThat(gone).isEqualTo(3);
    assertThat(page(new LetterSelection(null, mark, State.ALL)))
        .extracting(BuriedLetter::kind)
        .containsExactlyInAnyOrder(Kind.INVALID, Kind.INVALID, Kind.CONFLICT);
    assertThat(letters.actions(ids.get(0)))
        .extracting(DeadLetters.Action::action)
        .containsExactly("discard");
  }

  private static void requeue(long id) throws SQLException {
    assertThat(retry(id, new ArrayList<>(), true)).isEqualTo(Retry.QUEUED);
  }

  @Test
  void aReasonIsLookedForWhateverItHolds() throws SQLException {
    bury(claim, new DeadLetter(0, payload(0), Kind.INVALID, mark + " \0 a\\b", null, 1));
    assertThat(page(new LetterSelection(null, mark + " \0 a\\b", State.OPEN))).hasSize(1);
    assertThat(page(new LetterSelection(null, mark + " \0 a_b", State.OPEN))).isEmpty();
  }

  @Test
  void severalPiecesAreRetriedAsOneMessage() throws SQLException {
    Large large = new Large(2 * Burial.PIECE + 1);
    bury(claim, large);
    LetterRequeue generous =
        new LetterRequeue(
            database, TestServices.settings(Setting.MAX_MESSAGE_BYTES.name(), "67108864"));
    List<byte[]> pushed = new ArrayList<>();
    assertThat(transactions.run(() -> generous.retry(only().id(), pushed::add, true)))
        .isEqualTo(Retry.QUEUED);
    assertThat(pushed).hasSize(1);
    assertThat(sha256(pushed.get(0))).isEqualTo(large.sha256());
  }

  @Test
  void aPayloadThatIsExactlySomePiecesIsKept() throws Exception {
    Large large = new Large(2 * Burial.PIECE);
    bury(claim, large);
    assertThat(sha256(payload(only()))).isEqualTo(large.sha256());
  }

  @Test
  void aLargePayloadThatChangesWhileItIsReadIsNotBuried() throws SQLException {
    PieceSource changing =
        new PieceSource() {
          private byte content;

          @Override
          public long length() {
            return 2L * Burial.PIECE;
          }

          @Override
          public byte[] read(long from, int length) {
            byte[] bytes = new byte[length];
            Arrays.fill(bytes, content++);
            return bytes;
          }
        };
    assertThatThrownBy(() -> bury(claim, changing))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("changed");
    assertThat(page(selection(null))).isEmpty();
  }

  /** A message that is known is only counted, but not when it is cut to what is known. */
  @Test
  void theStartOfALargePayloadDoesNotCountAsTheWhole() throws SQLException {
    Large known = new Large(Burial.PIECE);
    bury(claim, known);
    PieceSource cut =
        new PieceSource() {
          @Override
          public long length() {
            return 3L * Burial.PIECE;
          }

          @Override
          public byte[] read(long from, int length) {
            return from < known.length() ? known.read(from, length) : new byte[0];
          }
        };
    assertThatThrownBy(() -> bury("another claim", cut)).isInstanceOf(IllegalStateException.class);
    assertThat(only().occurrences()).isEqualTo(1);
  }

  @Test
  void lettersOfTheVersionBeforeAreKept() throws Exception {
    try (FreshDatabase fresh = new FreshDatabase()) {
      Flyway.configure()
          .dataSource(fresh.source())
          .table("message_logger_schema")
          .baselineOnMigrate(true)
          .baselineVersion("0")
          .target("1")
          .load()
          .migrate();
      fresh.execute(
          """
          INSERT INTO dead_letter (sha256, payload, reason, sqlstate, occurrences, last_claim) VALUES
            ('\\x01', 'seven', 'no JSON', NULL, 3, 'c'),
            ('\\x02', 'x', 'conflict: other content', NULL, 1, 'c'),
            ('\\x03', 'y', 'the database refused it', '22023', 1, 'c');
          """);
      Database upgraded = fresh.started();
      List<BuriedLetter> all =
          new DeadLetters(upgraded)
              .page(new LetterSelection(null, null, State.OPEN), null, 10)
              .letters();
      assertThat(all)
          .extracting(BuriedLetter::kind)
          .containsExactly(Kind.REFUSED, Kind.CONFLICT, Kind.INVALID);
      assertThat(all.get(2).bytes()).isEqualTo(5);
      assertThat(all.get(2).occurrences()).isEqualTo(3);
    }
  }

  private static Retry retry(long id, List<byte[]> pushed, boolean again) throws SQLException {
    return transactions.run(() -> requeue.retry(id, pushed::add, again));
  }

  private static void bury(String claim, DeadLetter... dead) throws SQLException {
    transactions.run(() -> writer.write(claim, List.of(), List.of(dead)));
  }

  private void bury(String claim, PieceSource payload) throws SQLException {
    transactions.run(
        () -> {
          writer.bury(claim, payload, mark);
          return null;
        });
  }

  private DeadLetter letter(int position) {
    return new DeadLetter(position, payload(0), Kind.INVALID, mark, null, 1);
  }

  private byte[] payload(int number) {
    return (mark + " " + number).getBytes(StandardCharsets.UTF_8);
  }

  private byte[] payload(BuriedLetter letter) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    letters.write(letter, out);
    return out.toByteArray();
  }

  private LetterSelection selection(@Nullable Kind kind) {
    return new LetterSelection(kind, mark, State.OPEN);
  }

  private static List<BuriedLetter> page(LetterSelection selection) {
    return letters.page(selection, null, 100).letters();
  }

  private BuriedLetter only() {
    List<BuriedLetter> all = page(selection(null));
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Random bytes that are only there while they are read. */
  private static final class Large implements PieceSource {
    private final byte[] bytes;
    private int longest;

    Large(int length) {
      bytes = new byte[length];
      new Random(length).nextBytes(bytes);
    }

    byte[] sha256() {
      return LettersIT.sha256(bytes);
    }

    @Override
    public long length() {
      return bytes.length;
    }

    @Override
    public byte[] read(long from, int length) {
      longest = Math.max(longest, length);
      return Arrays.copyOfRange(bytes, (int) from, (int) Math.min(bytes.length, from + length));
    }
  }
}
