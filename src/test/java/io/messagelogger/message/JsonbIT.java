package io.messagelogger.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.message.JsonCorpus.Case;
import io.messagelogger.message.JsonCorpus.Verdict;
import io.messagelogger.testing.Client;
import io.messagelogger.testing.Sample;
import io.messagelogger.testing.TestServices;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The reader's verdicts beside those of a real PostgreSQL's jsonb, on the corpus, on random values
 * and on random changes, the same ones in every run. Whatever is read is taken and comes back as
 * the same value. Whatever is refused as no JSON is refused there too. The rules are those cases on
 * which the two differ, and the reasons why:
 *
 * <ul>
 *   <li>a key twice in one object: jsonb would keep the last one only;
 *   <li>nesting beyond 500 levels: jsonb takes what the stack of the server happens to allow.
 * </ul>
 *
 * <p>What else is against the rules (NUL, half a surrogate pair, numbers beyond numeric) jsonb
 * refuses as well; there the rules only come first.
 */
class JsonbIT {
  private static final int RANDOM = 2_000;
  private static final int CHANGES = 10_000;

  /** SQLSTATE 00000, or that of the error; pg_input_is_valid would need PostgreSQL 16. */
  private static final String VERDICT =
      """
      CREATE FUNCTION pg_temp.verdict(input bytea) RETURNS text LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM convert_from(input, 'UTF8')::jsonb;
        RETURN '00000';
      EXCEPTION WHEN OTHERS THEN
        RETURN SQLSTATE;
      END $$
      """;

  private static final String TAKEN = "00000";

  private static Connection connection;

  private final MessageReader reader = new MessageReader(1 << 20);

  @BeforeAll
  static void connect() throws SQLException {
    connection = Client.dataSource(TestServices.settings()).getConnection();
    execute(VERDICT);
    execute("CREATE TEMPORARY TABLE kept (position int, data jsonb)");
  }

  @AfterAll
  static void disconnect() throws SQLException {
    connection.close();
  }

  @Test
  void whatIsReadComesBackAsTheSameValue() throws SQLException {
    List<String> read = new ArrayList<>();
    for (byte[] json : texts()) {
      String data = data(json);
      if (data != null) {
        read.add(data);
      }
    }
    assertThat(read).hasSizeGreaterThan(3_000);

    List<String> kept = kept(read);

    for (int i = 0; i < read.size(); i++) {
      assertThat(JsonTree.of(kept.get(i))).as(read.get(i)).isEqualTo(JsonTree.of(read.get(i)));
    }
  }

  @Test
  void theTwoReadersAgree() throws SQLException {
    List<byte[]> texts = texts();
    List<String> verdicts = verdicts(texts);
    Map<Verdict, Integer> seen = new HashMap<>();
    for (int i = 0; i < texts.size(); i++) {
      String json = new String(texts.get(i), StandardCharsets.UTF_8);
      String theirs = verdicts.get(i);
      Verdict ours = agree(texts.get(i), theirs.equals(TAKEN), json + " is " + theirs);
      seen.merge(ours, 1, Integer::sum);
    }
    assertThat(seen)
        .hasSize(3)
        .allSatisfy((verdict, times) -> assertThat(times).isGreaterThan(200));
  }

  private Verdict agree(byte[] json, boolean taken, String description) {
    try {
      String data = reader.read(inside(json)).message().messageData();
      // Unless it was a value and further keys of the message.
      String value = new String(json, StandardCharsets.UTF_8).strip();
      if (value.equals(data == null ? "null" : data)) {
        assertThat(taken).as(description).isTrue();
      }
      return Verdict.READ;
    } catch (RejectedMessageException e) {
      if (!e.getMessage().contains("Duplicate Object property")
          && !e.getMessage().contains("nest")) {
        assertThat(taken).as(description + ", and here: " + e.explanation()).isFalse();
      }
      return JsonCorpus.verdict(e);
    }
  }

  /** The value of this text as the reader takes it over; null when it is refused, or null. */
  private @Nullable String data(byte[] json) {
    try {
      return reader.read(inside(json)).message().messageData();
    } catch (RejectedMessageException e) {
      return null;
    }
  }

  private static byte[] inside(byte[] json) {
    return new Case("", json, Verdict.READ).inside("message_data");
  }

  private static List<String> verdicts(List<byte[]> texts) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT pg_temp.verdict(input) FROM unnest(?) WITH ORDINALITY AS t (input, position)"
                + " ORDER BY position")) {
      statement.setArray(1, connection.createArrayOf("bytea", texts.toArray(new byte[0][])));
      return answers(statement);
    }
  }

  private static List<String> kept(List<String> texts) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO kept VALUES (?, ?::jsonb)")) {
      for (int i = 0; i < texts.size(); i++) {
        insert.setInt(1, i);
        insert.setString(2, texts.get(i));
        insert.executeUpdate();
      }
    }
    try (PreparedStatement select =
        connection.prepareStatement("SELECT data::text FROM kept ORDER BY position")) {
      return answers(select);
    }
  }

  private static List<String> answers(PreparedStatement statement) throws SQLException {
    List<String> answers = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        answers.add(rows.getString(1));
      }
    }
    return answers;
  }

  private static void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The corpus, random values, and texts that differ a little from a short one of the corpus. */
  private static List<byte[]> texts() {
    Random random = new Random(20250527);
    List<byte[]> all = new ArrayList<>(JsonCorpus.cases().stream().map(Case::json).toList());
    Stream.generate(() -> RandomMessages.next(random).messageData())
        .filter(Objects::nonNull)
        .limit(RANDOM)
        .map(Sample::utf8)
        .forEach(all::add);
    List<String> valid = shortTexts(EnumSet.of(Verdict.READ));
    List<String> any = shortTexts(EnumSet.allOf(Verdict.class));
    Set<String> changed = new LinkedHashSet<>();
    while (changed.size() < CHANGES) {
      String text = valid.get(random.nextInt(valid.size()));
      for (int i = 1 + random.nextInt(2); i > 0; i--) {
        text = change(random, text, any.get(random.nextInt(any.size())));
      }
      changed.add(text);
    }
    changed.stream().map(text -> text.getBytes(StandardCharsets.ISO_8859_1)).forEach(all::add);
    return all;
  }

  /** A character for each byte. */
  private static List<String> shortTexts(Set<Verdict> verdicts) {
    return JsonCorpus.cases().stream()
        .filter(sample -> verdicts.contains(sample.verdict()))
        .filter(sample -> sample.json().length > 0 && sample.json().length < 200)
        .map(sample -> new String(sample.json(), StandardCharsets.ISO_8859_1))
        .toList();
  }

  /** A piece is taken out, or put in from another text, or becomes one of JSON's own characters. */
  private static String change(Random random, String text, String other) {
    int from = random.nextInt(text.length() + 1);
    int to = Math.min(text.length(), from + random.nextInt(4));
    String piece =
        switch (random.nextInt(4)) {
          case 0 -> "";
          case 1 -> Character.toString("[]{}:,\"\\u0-+.eE \n\0dD89aF".charAt(random.nextInt(24)));
          case 2 -> other;
          default -> other.substring(random.nextInt(other.length()));
        };
    return text.substring(0, from) + piece + text.substring(to);
  }
}
