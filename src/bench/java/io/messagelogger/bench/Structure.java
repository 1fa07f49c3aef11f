package io.messagelogger.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A way to find the messages of a subject: its tables, how they are written. Immutable. */
enum Structure {
  /** Messages and keys alone, which the others are compared with. */
  NONE("no list of a subject", "", List.of(), ""),

  /** Indexes of the message table. */
  ARRAY(
      "A: GIN on the recipients, b-tree on source and time",
      "",
      List.of(
          "CREATE INDEX ON array_message USING gin (destination_subject_ids)",
          "CREATE INDEX ON array_message (source_subject_id, origin_ts DESC)"),
      ""),

  /** A table of sources and recipients. */
  EDGES(
      "B: a row for the source and for each recipient",
      "",
      List.of(
          """
          CREATE TABLE edges_subject (
            subject_id   text        NOT NULL,
            origin_ts    timestamptz NOT NULL,
            message_uuid uuid        NOT NULL,
            PRIMARY KEY (subject_id, origin_ts, message_uuid))
          """),
      """
      , linked AS (
        INSERT INTO edges_subject
        SELECT DISTINCT subject_id, origin_ts, message_uuid
          FROM batch, unnest(array_append(destination_subject_ids, source_subject_id)) AS subject_id)
      """),

  /** The service's: an index of the key table for sources, a table for recipients. */
  KEYS(
      "C: index on the source in the key, a row for each recipient",
      ", source_subject_id",
      List.of(
          "CREATE INDEX ON keys_key (source_subject_id, origin_ts, message_uuid)",
          """
          CREATE TABLE keys_destination (
            subject_id   text        NOT NULL,
            origin_ts    timestamptz NOT NULL,
            message_uuid uuid        NOT NULL,
            PRIMARY KEY (subject_id, origin_ts, message_uuid))
          """),
      """
      , linked AS (
        INSERT INTO keys_destination
        SELECT DISTINCT subject_id, origin_ts, message_uuid
          FROM batch, unnest(destination_subject_ids) AS subject_id)
      """);

  private static final String WRITE =
      """
      WITH batch AS MATERIALIZED (SELECT * FROM prepared WHERE position BETWEEN ? AND ?),
           stored AS (INSERT INTO %1$s_message SELECT %2$s FROM batch ORDER BY position)%3$s
      INSERT INTO %1$s_key SELECT message_uuid, origin_ts%4$s FROM batch ORDER BY position
      """;

  private final String title;
  private final String keyColumns;
  private final List<String> additions;
  private final String writing;

  /**
   * @param keyColumns what the key has beside uuid and time
   * @param additions statements that make what is more than messages and keys
   * @param writing the parts of the writing statement that fill it
   */
  Structure(String title, String keyColumns, List<String> additions, String writing) {
    this.title = title;
    this.keyColumns = keyColumns;
    this.additions = additions;
    this.writing = writing;
  }

  String title() {
    return title;
  }

  /** Statements that make the empty tables. */
  List<String> tables(boolean hypertable) {
    String message = prefix() + "_message";
    String key = prefix() + "_key";
    List<String> statements = new ArrayList<>();
    statements.add(
        "CREATE TABLE %s AS SELECT %s FROM prepared WITH NO DATA"
            .formatted(message, Corpus.COLUMNS));
    statements.add("ALTER TABLE " + message + " ALTER COLUMN origin_ts SET NOT NULL");
    if (hypertable) {
      statements.add(
          "SELECT create_hypertable('%s', 'origin_ts', chunk_time_interval => interval '1 day')"
              .formatted(message));
    }
    statements.add(
        "ALTER TABLE %s ADD PRIMARY KEY (message_uuid%s)"
            .formatted(message, hypertable ? ", origin_ts" : ""));
    statements.add(
        "CREATE TABLE %s AS SELECT message_uuid, origin_ts%s FROM prepared WITH NO DATA"
            .formatted(key, keyColumns));
    statements.add("ALTER TABLE " + key + " ADD PRIMARY KEY (message_uuid)");
    statements.addAll(additions);
    return statements;
  }

  /** A statement that writes prepared messages; its values are the first and the last position. */
  String write() {
    return WRITE.formatted(prefix(), Corpus.COLUMNS, writing, keyColumns);
  }

  /** A query for the bytes of all its tables with their indexes. */
  String size(boolean hypertable) {
    return "SELECT sum(%s) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname LIKE '%s\\_%%'"
        .formatted(
            hypertable
                ? "CASE WHEN relname LIKE '%\\_message' THEN hypertable_size(oid) ELSE pg_total_relation_size(oid) END"
                : "pg_total_relation_size(oid)",
            prefix());
  }

  /** What its tables' names begin with. */
  String prefix() {
    return name().toLowerCase(Locale.ROOT);
  }
}
