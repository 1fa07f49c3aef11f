package io.messagelogger.settings;

import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Every setting of the service: its name (an environment variable), its default, what is allowed
 * and what it means. The table in docs/settings.md, the deployment files and the check at start are
 * all held against this list.
 */
public enum Setting {
  REDIS_HOST("localhost", Kind.TEXT, "host of the Redis that holds the queue"),
  REDIS_PORT("6379", Kind.PORT, "port of that Redis"),
  REDIS_URL(
      "",
      Kind.REDIS_URL,
      "redis://, redis-sentinel:// or redis-cluster:// (rediss for TLS) with user, password, hosts,"
          + " ports and database; overrides both"),
  REDIS_SENTINEL_USER("", Kind.NAME, "user of the sentinels themselves, with redis-sentinel://"),
  REDIS_SENTINEL_PASSWORD("", Kind.SECRET, "password of the sentinels themselves"),
  REDIS_CA_FILE(
      "", Kind.NAME, "certificates (PEM) of the authorities of Redis' certificate, with rediss://"),
  REDIS_KEYSTORE_FILE(
      "", Kind.NAME, "our certificate and key (PKCS12) for a Redis that asks for them"),
  REDIS_KEYSTORE_PASSWORD("", Kind.SECRET, "password of that file"),
  REDIS_QUEUE(
      "MESSAGES",
      Kind.QUEUES,
      "lists that are drained, comma-separated, and pub/sub channels of the live feed; POST"
          + " /messages pushes to the first"),
  BATCH_SIZE("1000", Kind.count(1, 100_000), "maximum messages per transaction"),
  BATCH_BYTES(
      "8388608",
      Kind.count(1024, 67_108_864),
      "maximum bytes per transaction, not counting the message that exceeds it"),
  BATCH_INTERVAL(
      "0.25",
      Kind.seconds("0", "3600"),
      "maximum seconds that a message waits for its batch to fill"),
  WRITERS("2", Kind.count(1, 32), "batches in progress at the same time, for each queue"),
  CLAIM_LEASE(
      "10",
      Kind.seconds("1", "3600"),
      "seconds after which another server takes over the claims of one that has died"),
  MAX_MESSAGE_BYTES("1048576", Kind.count(1024, 67_108_864), "maximum bytes per message"),
  MAX_REQUEST_BYTES("8388608", Kind.count(1024, 268_435_456), "maximum bytes per POST"),
  REQUEST_MIN_RATE(
      "1024",
      Kind.count(1, 1_000_000),
      "bytes per second that must arrive of a request's body, over ten seconds; a slower one gets 408"),
  FEED_CLIENTS("5000", Kind.count(1, 1_000_000), "maximum clients of the live feed"),
  FEED_REPLAYS(
      "2",
      Kind.count(1, 16),
      "maximum clients for which stored messages are read at the same time"),
  FEED_REPLAYS_PER_CALLER(
      "1", Kind.countOrOff(1, 16), "of these, clients of one caller; its others wait their turn"),
  FEED_QUEUE_FRAMES(
      "100000",
      Kind.count(1, 10_000_000),
      "maximum frames queued for a slow client of the live feed; what happens then is in"
          + " docs/feed.md"),
  FEED_QUEUE_BYTES(
      "16777216", Kind.count(1024, 1_073_741_824), "the same limit in bytes of the frames' text"),
  FEED_SEND_TIMEOUT(
      "20",
      Kind.seconds("1", "3600"),
      "seconds that a client of the live feed may read nothing, or be behind, before it is closed"),
  DB_HOST(
      "localhost", Kind.SERVER_TEXT, "host of PostgreSQL, TimescaleDB or the coordinator of Citus"),
  DB_PORT("5432", Kind.PORT, "port of the database server"),
  DB_USER("user", Kind.SERVER_TEXT, "database user"),
  DB_PASSWORD("password", Kind.SERVER_SECRET, "password of the database user"),
  DB_SSLMODE(
      "prefer",
      Kind.oneOf("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
      "whether connections to the database are encrypted, and its certificate and name checked"),
  DB_SSLROOTCERT("", Kind.NAME, "certificate (PEM) of the authority of the database's certificate"),
  DB_NAME("message_db", Kind.SERVER_TEXT, "database name"),
  DB_MIGRATOR_USER(
      "",
      Kind.SERVER_NAME,
      "user that owns the tables: creates and changes the schema, takes over old rows, removes"
          + " expired ones; DB_USER when unset"),
  DB_MIGRATOR_PASSWORD("", Kind.SERVER_SECRET, "password of that user"),
  DB_READ_USER(
      "",
      Kind.SERVER_NAME,
      "user that answers questions, and may do nothing else; DB_USER when unset"),
  DB_READ_PASSWORD("", Kind.SERVER_SECRET, "password of that user"),
  DB_READ_HOST(
      "",
      Kind.HOSTS,
      "read replica that answers questions for lists, exports and statistics; with several the first"
          + " that can be reached"),
  DB_READ_PORT("", Kind.PORT_OR_UNSET, "port of that replica; DB_PORT when unset"),
  DB_READ_MAX_LAG(
      "60",
      Kind.countOrOff(1, 86_400),
      "seconds that the replica may be behind; further behind, the primary answers"),
  DB_DISTRIBUTE(
      "auto",
      Kind.oneOf("auto", "on", "off"),
      "whether the tables of messages are distributed over the nodes of Citus; auto: where its extension"
          + " is in the database and there are few messages yet"),
  CHUNK_INTERVAL("1d", Kind.span("1h", "3650d", false), "time span of a chunk (TimescaleDB)"),
  COMPRESS_AFTER(
      "7d",
      Kind.span("1h", "36500d", true),
      "age at which chunks are compressed (TimescaleDB with its community licence)"),
  RETENTION(
      "off",
      Kind.span("1h", "36500d", true),
      "age at which messages are removed; whole chunks at a time with TimescaleDB"),
  ERASURE("off", Kind.SWITCH, "whether DELETE /messages/{uuid} erases a message"),
  LOG_FORMAT("simple", Kind.oneOf("simple", "json"), "form of the lines that the server prints"),
  OTEL_EXPORTER_OTLP_ENDPOINT(
      "",
      Kind.COLLECTOR,
      "where spans of batches are sent (OTLP); nothing is traced while it is unset"),
  OTEL_EXPORTER_OTLP_PROTOCOL(
      "grpc", Kind.oneOf("grpc", "http/protobuf"), "in which form they are sent"),
  OTEL_EXPORTER_OTLP_HEADERS(
      "", Kind.SECRET, "headers with which they are sent, as in authorization=Bearer%20…,…"),
  OTEL_SERVICE_NAME("message-logger", Kind.TEXT, "name of the service in them"),
  OTEL_SDK_DISABLED("", Kind.TRUE_OR_UNSET, "true: nothing is traced, whatever else is set"),
  HTTP_PORT("5000", Kind.PORT, "port of REST, page, WebSocket, health and metrics"),
  HTTP_HOST(
      "localhost",
      Kind.TEXT,
      "address to listen on; * for all. Any but a loopback address needs JWT_ISSUER, API_KEYS_FILE or"
          + " ALLOW_ANONYMOUS=true"),
  HTTPS_PORT(
      "",
      Kind.PORT_OR_UNSET,
      "port of the same over TLS 1.2 and 1.3; needs TLS_KEYSTORE_FILE, or TLS_CERTIFICATE_FILE and"
          + " TLS_KEY_FILE"),
  TLS_KEYSTORE_FILE("", Kind.NAME, "the service's certificate and key (PKCS12 or JKS)"),
  TLS_KEYSTORE_PASSWORD("", Kind.SECRET, "password of that file"),
  TLS_CERTIFICATE_FILE(
      "", Kind.NAME, "the service's certificate (PEM) instead, followed by those it is signed by"),
  TLS_KEY_FILE("", Kind.NAME, "the key of that certificate (PEM, PKCS#8, not encrypted)"),
  ALLOW_ANONYMOUS(
      "false", Kind.TRUTH, "whether anyone may read and write on an address that others can reach"),
  JWT_ISSUER("", Kind.NAME, "issuer (claim iss) whose JSON Web Tokens let their bearers in"),
  JWT_AUDIENCE("", Kind.NAME, "audience (claim aud) that a token must name"),
  JWT_JWKS_URL("", Kind.KEYS_URL, "where the issuer publishes its keys"),
  JWT_PUBLIC_KEY_FILE("", Kind.NAME, "the issuer's public key or certificate (PEM) instead"),
  JWT_ALGORITHMS(
      "RS256,ES256", Kind.ALGORITHMS, "signature algorithms that are accepted, comma-separated"),
  JWT_MAX_AGE(
      "off",
      Kind.span("1m", "3650d", true),
      "age of a token (claim iat) from which it is refused, although it has not expired"),
  JWT_CLOCK_SKEW(
      "30", Kind.seconds("0", "300"), "seconds by which the issuer's clock may be wrong"),
  JWT_ROLES_CLAIM(
      "groups", Kind.TEXT, "claim with the roles reader, writer, operator; dots lead into objects"),
  JWT_SUBJECTS_CLAIM(
      "subjects",
      Kind.TEXT,
      "claim with the subjects (names or prefix*) that limit what a token's bearer sees"),
  JWT_CLIENT_ID("", Kind.NAME, "client of the issuer as which the page logs in"),
  API_KEYS_FILE("", Kind.NAME, "file with the hashes of API keys"),
  AUDIT_READS(
      "off", Kind.SWITCH, "whether each question for messages is recorded in message_read_audit"),
  FEED_ORIGINS(
      "",
      Kind.ORIGINS,
      "origins, comma-separated, whose pages may open the live feed beside our own page"),
  RATE_LIMIT(
      "1000",
      Kind.countOrOff(1, 1_000_000),
      "requests per second of one token holder or key; more get 429"),
  REQUESTS_PER_CALLER(
      "64",
      Kind.countOrOff(1, 100_000),
      "requests of one token holder or key under way at the same time; more get 429"),
  EXPORTS_PER_CALLER(
      "2",
      Kind.countOrOff(1, 1_000),
      "whole lists of one caller that are streamed at the same time; more get 429"),
  FORWARDED_HEADERS(
      "off",
      Kind.oneOf("off", "x-forwarded", "forwarded", "on"),
      "which headers of a proxy are believed, for links: X-Forwarded-Proto, -Host and -Port, or Forwarded (RFC 7239), or on for both; X-Forwarded-Prefix"
          + " with each; and, to tell callers without a login apart, the last X-Forwarded-For. Only where every request comes through a proxy that sets them"),
  EXPORTS("4", Kind.count(1, 15), "whole lists that are streamed at the same time by one server"),
  CSV_FORMULAS(
      "guard",
      Kind.oneOf("guard", "keep"),
      "whether a CSV field that starts as a formula does gets a ' in front"),
  CORS_ORIGINS(
      "", Kind.ORIGINS, "origins, comma-separated, whose pages may read with the REST API"),
  RELATED_KEYS(
      "correlation_id,correlationid,correlationId,conversation_id,conversationId,trace_id,traceid,traceparent,"
          + "in_reply_to,inReplyTo,reply_to,causation_id,causationid,contextId,taskId,context_id,task_id,session_id,"
          + "Mcp-Session-Id,mcp_session_id,progressToken,jsonrpc_id",
      Kind.TEXT,
      "keys of message_metadata, comma-separated, by whose values messages are related"),
  SOCKETS_PER_CALLER("100", Kind.countOrOff(1, 100_000), "live feeds of one caller per server");

  private final String defaultText;
  private final Kind kind;
  private final String meaning;

  Setting(String defaultText, Kind kind, String meaning) {
    this.defaultText = defaultText;
    this.kind = kind;
    this.meaning = meaning;
  }

  /** What holds when the environment says nothing; empty means unset. */
  public String defaultText() {
    return defaultText;
  }

  /** What the setting means, in a phrase. */
  public String meaning() {
    return meaning;
  }

  /** What is allowed, in a phrase. */
  public String allowed() {
    return kind.allowed();
  }

  /** The value may not appear in a log or a message. */
  public boolean secret() {
    return kind.secret();
  }

  /** One line that says what is wrong with this value; empty when nothing is. */
  public Optional<String> complaint(String value) {
    if (kind.check().accepts(value)) {
      return Optional.empty();
    }
    String shown = secret() ? "its value (not shown)" : "\"" + printed(value) + "\"";
    return Optional.of(name() + ": " + shown + " is not allowed; it must be " + allowed());
  }

  /** The value in one line, whatever is in it. */
  static String printed(String value) {
    return value
        .codePoints()
        .mapToObj(c -> Character.isISOControl(c) ? "\\u%04x".formatted(c) : Character.toString(c))
        .collect(Collectors.joining());
  }
}
