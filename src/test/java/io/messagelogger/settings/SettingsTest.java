package io.messagelogger.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every name and every default, and what becomes of a value that is not allowed. */
class SettingsTest {
  private static final Settings DEFAULTS = settings(Map.of());

  private static Settings settings(Map<String, String> environment) {
    return Settings.from(environment::get);
  }

  private static void assertAllowed(Setting setting, String value) {
    assertThat(setting.complaint(value)).as("%s=%s", setting, value).isEmpty();
    assertThat(settings(Map.of(setting.name(), value)).text(setting)).isEqualTo(value);
  }

  private static void assertRefused(Setting setting, String value) {
    assertThat(setting.complaint(value)).as("%s=%s", setting, value).isPresent();
  }

  private static final String REDIS_URL_ALLOWED =
      "redis://host:port/database, redis-sentinel://host:port,…/database#master or"
          + " redis-cluster://host:port,… (rediss for TLS; user:password@ before the first host)";

  @Test
  void everyNameAndDefaultIsPinned() {
    assertThat(
            Arrays.stream(Setting.values())
                .map(setting -> setting.name() + "=" + DEFAULTS.text(setting)))
        .containsExactly(
            "REDIS_HOST=localhost",
            "REDIS_PORT=6379",
            "REDIS_URL=",
            "REDIS_SENTINEL_USER=",
            "REDIS_SENTINEL_PASSWORD=",
            "REDIS_CA_FILE=",
            "REDIS_KEYSTORE_FILE=",
            "REDIS_KEYSTORE_PASSWORD=",
            "REDIS_QUEUE=MESSAGES",
            "BATCH_SIZE=1000",
            "BATCH_BYTES=8388608",
            "BATCH_INTERVAL=0.25",
            "WRITERS=2",
            "CLAIM_LEASE=10",
            "MAX_MESSAGE_BYTES=1048576",
            "MAX_REQUEST_BYTES=8388608",
            "REQUEST_MIN_RATE=1024",
            "FEED_CLIENTS=5000",
            "FEED_REPLAYS=2",
            "FEED_REPLAYS_PER_CALLER=1",
            "FEED_QUEUE_FRAMES=100000",
            "FEED_QUEUE_BYTES=16777216",
            "FEED_SEND_TIMEOUT=20",
            "DB_HOST=localhost",
            "DB_PORT=5432",
            "DB_USER=user",
            "DB_PASSWORD=password",
            "DB_SSLMODE=prefer",
            "DB_SSLROOTCERT=",
            "DB_NAME=message_db",
            "DB_MIGRATOR_USER=",
            "DB_MIGRATOR_PASSWORD=",
            "DB_READ_USER=",
            "DB_READ_PASSWORD=",
            "DB_READ_HOST=",
            "DB_READ_PORT=",
            "DB_READ_MAX_LAG=60",
            "DB_DISTRIBUTE=auto",
            "CHUNK_INTERVAL=1d",
            "COMPRESS_AFTER=7d",
            "RETENTION=off",
            "ERASURE=off",
            "LOG_FORMAT=simple",
            "OTEL_EXPORTER_OTLP_ENDPOINT=",
            "OTEL_EXPORTER_OTLP_PROTOCOL=grpc",
            "OTEL_EXPORTER_OTLP_HEADERS=",
            "OTEL_SERVICE_NAME=message-logger",
            "OTEL_SDK_DISABLED=",
            "HTTP_PORT=5000",
            "HTTP_HOST=localhost",
            "HTTPS_PORT=",
            "TLS_KEYSTORE_FILE=",
            "TLS_KEYSTORE_PASSWORD=",
            "TLS_CERTIFICATE_FILE=",
            "TLS_KEY_FILE=",
            "ALLOW_ANONYMOUS=false",
            "JWT_ISSUER=",
            "JWT_AUDIENCE=",
            "JWT_JWKS_URL=",
            "JWT_PUBLIC_KEY_FILE=",
            "JWT_ALGORITHMS=RS256,ES256",
            "JWT_MAX_AGE=off",
            "JWT_CLOCK_SKEW=30",
            "JWT_ROLES_CLAIM=groups",
            "JWT_SUBJECTS_CLAIM=subjects",
            "JWT_CLIENT_ID=",
            "API_KEYS_FILE=",
            "AUDIT_READS=off",
            "FEED_ORIGINS=",
            "RATE_LIMIT=1000",
            "REQUESTS_PER_CALLER=64",
            "EXPORTS_PER_CALLER=2",
            "FORWARDED_HEADERS=off",
            "EXPORTS=4",
            "CSV_FORMULAS=guard",
            "CORS_ORIGINS=",
            "RELATED_KEYS=correlation_id,correlationid,correlationId,conversation_id,conversationId,trace_id,traceid,traceparent,in_reply_to,inReplyTo,reply_to,causation_id,causationid,contextId,taskId,context_id,task_id,session_id,Mcp-Session-Id,mcp_session_id,progressToken,jsonrpc_id",
            "SOCKETS_PER_CALLER=100");
  }

  @Test
  void whatIsAllowedIsPinned() {
    assertThat(
            Arrays.stream(Setting.values())
                .map(setting -> setting.name() + ": " + setting.allowed()))
        .containsExactly(
            "REDIS_HOST: text without control characters",
            "REDIS_PORT: a whole number from 1 to 65535",
            "REDIS_URL: " + REDIS_URL_ALLOWED,
            "REDIS_SENTINEL_USER: text without control characters",
            "REDIS_SENTINEL_PASSWORD: text",
            "REDIS_CA_FILE: text without control characters",
            "REDIS_KEYSTORE_FILE: text without control characters",
            "REDIS_KEYSTORE_PASSWORD: text",
            "REDIS_QUEUE: names without commas and control characters, comma-separated, each once",
            "BATCH_SIZE: a whole number from 1 to 100000",
            "BATCH_BYTES: a whole number from 1024 to 67108864",
            "BATCH_INTERVAL: a number of seconds from 0 to 3600 (decimals allowed)",
            "WRITERS: a whole number from 1 to 32",
            "CLAIM_LEASE: a number of seconds from 1 to 3600 (decimals allowed)",
            "MAX_MESSAGE_BYTES: a whole number from 1024 to 67108864",
            "MAX_REQUEST_BYTES: a whole number from 1024 to 268435456",
            "REQUEST_MIN_RATE: a whole number from 1 to 1000000",
            "FEED_CLIENTS: a whole number from 1 to 1000000",
            "FEED_REPLAYS: a whole number from 1 to 16",
            "FEED_REPLAYS_PER_CALLER: a whole number from 1 to 16; or off",
            "FEED_QUEUE_FRAMES: a whole number from 1 to 10000000",
            "FEED_QUEUE_BYTES: a whole number from 1024 to 1073741824",
            "FEED_SEND_TIMEOUT: a number of seconds from 1 to 3600 (decimals allowed)",
            "DB_HOST: text without control characters and without ${",
            "DB_PORT: a whole number from 1 to 65535",
            "DB_USER: text without control characters and without ${",
            "DB_PASSWORD: text without ${ that does not begin with {xor}, {aes} or {hash}",
            "DB_SSLMODE: disable or allow or prefer or require or verify-ca or verify-full",
            "DB_SSLROOTCERT: text without control characters",
            "DB_NAME: text without control characters and without ${",
            "DB_MIGRATOR_USER: text without control characters and without ${",
            "DB_MIGRATOR_PASSWORD: text without ${ that does not begin with {xor}, {aes} or {hash}",
            "DB_READ_USER: text without control characters and without ${",
            "DB_READ_PASSWORD: text without ${ that does not begin with {xor}, {aes} or {hash}",
            "DB_READ_HOST: hosts, comma-separated, each but the last with its port, as in a:5432,b; without ${",
            "DB_READ_PORT: a whole number from 1 to 65535",
            "DB_READ_MAX_LAG: a whole number from 1 to 86400; or off",
            "DB_DISTRIBUTE: auto or on or off",
            "CHUNK_INTERVAL: a whole number of minutes, hours or days from 1h to 3650d, as in 90m, 36h or 7d",
            "COMPRESS_AFTER: a whole number of minutes, hours or days from 1h to 36500d, as in 90m, 36h or 7d; or off",
            "RETENTION: a whole number of minutes, hours or days from 1h to 36500d, as in 90m, 36h or 7d; or off",
            "ERASURE: on or off",
            "LOG_FORMAT: simple or json",
            "OTEL_EXPORTER_OTLP_ENDPOINT: http://host:port or https://host:port, and a path where it has one",
            "OTEL_EXPORTER_OTLP_PROTOCOL: grpc or http/protobuf",
            "OTEL_EXPORTER_OTLP_HEADERS: text",
            "OTEL_SERVICE_NAME: text without control characters",
            "OTEL_SDK_DISABLED: true or unset",
            "HTTP_PORT: a whole number from 1 to 65535",
            "HTTP_HOST: text without control characters",
            "HTTPS_PORT: a whole number from 1 to 65535",
            "TLS_KEYSTORE_FILE: text without control characters",
            "TLS_KEYSTORE_PASSWORD: text",
            "TLS_CERTIFICATE_FILE: text without control characters",
            "TLS_KEY_FILE: text without control characters",
            "ALLOW_ANONYMOUS: true or false",
            "JWT_ISSUER: text without control characters",
            "JWT_AUDIENCE: text without control characters",
            "JWT_JWKS_URL: https://… (http://… on loopback)",
            "JWT_PUBLIC_KEY_FILE: text without control characters",
            "JWT_ALGORITHMS: a list of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA",
            "JWT_MAX_AGE: a whole number of minutes, hours or days from 1m to 3650d, as in 90m, 36h or 7d; or off",
            "JWT_CLOCK_SKEW: a number of seconds from 0 to 300 (decimals allowed)",
            "JWT_ROLES_CLAIM: text without control characters",
            "JWT_SUBJECTS_CLAIM: text without control characters",
            "JWT_CLIENT_ID: text without control characters",
            "API_KEYS_FILE: text without control characters",
            "AUDIT_READS: on or off",
            "FEED_ORIGINS: a list of origins, as in https://a.example,https://b.example:8443; or *",
            "RATE_LIMIT: a whole number from 1 to 1000000; or off",
            "REQUESTS_PER_CALLER: a whole number from 1 to 100000; or off",
            "EXPORTS_PER_CALLER: a whole number from 1 to 1000; or off",
            "FORWARDED_HEADERS: off or x-forwarded or forwarded or on",
            "EXPORTS: a whole number from 1 to 15",
            "CSV_FORMULAS: guard or keep",
            "CORS_ORIGINS: a list of origins, as in https://a.example,https://b.example:8443; or *",
            "RELATED_KEYS: text without control characters",
            "SOCKETS_PER_CALLER: a whole number from 1 to 100000; or off");
  }

  @Test
  void hostsOfReplicas() {
    for (String hosts : List.of("a", "a.b-c_d", "10.0.0.1", "[::1]", "a:5432,b", "[::1]:1,b:2,c")) {
      assertAllowed(Setting.DB_READ_HOST, hosts);
    }
    for (String hosts : List.of("a:5432", "a,b", "a:5432,", "a:5432, b", "::1", "${x}", "a/b")) {
      assertRefused(Setting.DB_READ_HOST, hosts);
    }
    assertThatThrownBy(() -> settings(Map.of("DB_READ_PORT", "5433")))
        .hasMessageContaining("DB_READ_PORT: does nothing without DB_READ_HOST");
  }

  @Test
  void thePrimaryIsNoReplicaOfItself() {
    assertThat(settings(Map.of()).replica()).isFalse();
    Map<String, String> unset =
        Map.of("DB_HOST", "a", "DB_PORT", "1", "DB_READ_HOST", "a", "DB_READ_PORT", "1");
    assertThat(settings(unset).replica()).isFalse();
    assertThat(settings(Map.of("DB_HOST", "a", "DB_READ_HOST", "a")).replica()).isFalse();
    assertThat(settings(Map.of("DB_HOST", "a", "DB_READ_HOST", "b")).replica()).isTrue();
    assertThat(settings(Map.of("DB_READ_HOST", "localhost", "DB_READ_PORT", "5433")).replica())
        .isTrue();
  }

  @Test
  void tracingIsOnWithAnEndpoint() {
    String endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    String collector = "http://collector:4317";
    assertThat(settings(Map.of()).tracing()).isFalse();
    assertThat(settings(Map.of(endpoint, collector)).tracing()).isTrue();
    assertThat(settings(Map.of(endpoint, collector, "OTEL_SDK_DISABLED", "true")).tracing())
        .isFalse();
    assertThatThrownBy(() -> settings(Map.of("OTEL_SDK_DISABLED", "false")))
        .hasMessageContaining("OTEL_SDK_DISABLED");
    assertThatThrownBy(() -> settings(Map.of(endpoint, "http://user:word@collector")))
        .hasMessageContaining(endpoint);
  }

  @Test
  void secretsArePinned() {
    assertThat(Setting.values())
        .filteredOn(Setting::secret)
        .containsExactly(
            Setting.REDIS_URL,
            Setting.REDIS_SENTINEL_PASSWORD,
            Setting.REDIS_KEYSTORE_PASSWORD,
            Setting.DB_PASSWORD,
            Setting.DB_MIGRATOR_PASSWORD,
            Setting.DB_READ_PASSWORD,
            Setting.OTEL_EXPORTER_OTLP_HEADERS,
            Setting.TLS_KEYSTORE_PASSWORD);
  }

  @ParameterizedTest
  @EnumSource
  void everySettingIsExplainedAndItsDefaultAllowed(Setting setting) {
    assertThat(setting.meaning()).isNotBlank().doesNotContain("|", "\n");
    assertThat(setting.allowed()).isNotBlank().doesNotContain("|", "\n");
    assertThat(setting.defaultText()).isEqualTo(DEFAULTS.text(setting));
    assertThat(setting.complaint(setting.defaultText())).isEmpty();
  }

  @Test
  void wholeNumbersAreRead() {
    assertThat(DEFAULTS.count(Setting.BATCH_SIZE)).isEqualTo(1_000);
    assertThat(DEFAULTS.count(Setting.HTTP_PORT)).isEqualTo(5_000);
    assertThat(settings(Map.of("FEED_QUEUE_BYTES", "1073741824")).count(Setting.FEED_QUEUE_BYTES))
        .isEqualTo(1 << 30);
    assertThat(settings(Map.of("BATCH_SIZE", "000007")).count(Setting.BATCH_SIZE)).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource({
    "0.25, PT0.25S",
    "0, PT0S",
    "0.0, PT0S",
    ".5, PT0.5S",
    "1, PT1S",
    "1.000000001, PT1.000000001S",
    "0.1, PT0.1S",
    "3600, PT1H",
    "3600.000, PT1H"
  })
  void secondsAreReadExactly(String text, Duration expected) {
    assertThat(settings(Map.of("BATCH_INTERVAL", text)).duration(Setting.BATCH_INTERVAL))
        .isEqualTo(expected);
  }

  @Test
  void durationsOfTheDefaults() {
    assertThat(DEFAULTS.duration(Setting.BATCH_INTERVAL)).isEqualTo(Duration.ofMillis(250));
    assertThat(DEFAULTS.duration(Setting.CLAIM_LEASE)).isEqualTo(Duration.ofSeconds(10));
    assertThat(DEFAULTS.duration(Setting.FEED_SEND_TIMEOUT)).isEqualTo(Duration.ofSeconds(20));
  }

  @ParameterizedTest
  @CsvSource({
    "REDIS_PORT, 1, 65535",
    "DB_PORT, 1, 65535",
    "HTTP_PORT, 1, 65535",
    "BATCH_SIZE, 1, 100000",
    "BATCH_BYTES, 1024, 67108864",
    "WRITERS, 1, 32",
    "MAX_MESSAGE_BYTES, 1024, 67108864",
    "MAX_REQUEST_BYTES, 1024, 268435456",
    "REQUEST_MIN_RATE, 1, 1000000",
    "FEED_QUEUE_FRAMES, 1, 10000000",
    "FEED_QUEUE_BYTES, 1024, 1073741824"
  })
  void wholeNumbersEndWhereTheySay(Setting setting, long least, long most) {
    assertAllowed(setting, Long.toString(least));
    assertAllowed(setting, Long.toString(most));
    assertRefused(setting, Long.toString(least - 1));
    assertRefused(setting, Long.toString(most + 1));
    for (String wrong :
        List.of(
            "",
            "-1",
            "+" + least,
            least + ".0",
            "1e3",
            "0x10",
            "1,000",
            "1_000",
            "1 000",
            "a",
            "٣",
            "9999999999999",
            "99999999999999999999",
            least + "\n",
            "NaN")) {
      assertRefused(setting, wrong);
    }
  }

  @ParameterizedTest
  @CsvSource({"BATCH_INTERVAL, 0, 3600", "CLAIM_LEASE, 1, 3600", "FEED_SEND_TIMEOUT, 1, 3600"})
  void secondsEndWhereTheySay(Setting setting, String least, String most) {
    assertAllowed(setting, least);
    assertAllowed(setting, least + ".000000001");
    assertAllowed(setting, most);
    assertAllowed(setting, most + ".0");
    assertRefused(setting, most + ".000000001");
    assertRefused(setting, "3601");
    if (!least.equals("0")) {
      assertRefused(setting, "0");
      assertRefused(setting, ".999999999");
    }
    for (String wrong :
        List.of(
            "",
            "-1",
            "-0",
            "+5",
            "5.",
            ".",
            "5s",
            "5,5",
            "1e1",
            "0x5",
            "1.0000000001",
            "5 s",
            "PT5S",
            "٣",
            "1234567890",
            "Infinity",
            "NaN")) {
      assertRefused(setting, wrong);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"REDIS_HOST", "REDIS_QUEUE", "DB_HOST", "DB_USER", "DB_NAME"})
  void textIsAnythingThatCanBePrinted(Setting setting) {
    for (String value : List.of("a", "my-host.example", "::1", "a b", "é😀", "a:b{c}", "\"'\\")) {
      assertAllowed(setting, value);
    }
    for (String wrong : List.of("", "a\nb", "a\rb", "a\tb", "a\u0000b", "\u007f", "a\u0085b")) {
      assertRefused(setting, wrong);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://localhost",
        "redis://localhost:6379",
        "redis://localhost:6379/",
        "redis://localhost:6379/0",
        "redis://localhost:6379/15",
        "rediss://redis.example:6380/2",
        "redis://user:secret@localhost:6379/1",
        "redis://:secret@localhost",
        "redis://user:p%40ss%2Fword@localhost",
        "redis://127.0.0.1:6379",
        "redis://[::1]:6379"
      })
  void aRedisUrlHasASchemeAndAHost(String url) {
    assertAllowed(Setting.REDIS_URL, url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:6379",
        "redis:",
        "redis:localhost",
        "redis://",
        "redis:///0",
        "redis://:6379",
        "redis://:secret@",
        "http://localhost",
        "unix:///run/redis.sock",
        "redis+sentinel://localhost",
        "redis://localhost:port",
        "redis://localhost/name",
        "redis://localhost/0/1",
        "redis://localhost/-1",
        "redis://local host",
        "redis://user:p^ss@localhost",
        "redis://localhost:6379\n"
      })
  void whatIsNoRedisUrlIsRefused(String url) {
    assertRefused(Setting.REDIS_URL, url);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a,b", "a , b", "a b,{c}d"})
  void queuesAreNamesWithCommasBetween(String names) {
    assertAllowed(Setting.REDIS_QUEUE, names);
  }

  @ParameterizedTest
  @ValueSource(strings = {",", "a,", ",a", "a,,b", "a,a", "a, a"})
  void eachQueueHasANameOfItsOwn(String names) {
    assertRefused(Setting.REDIS_QUEUE, names);
  }

  @Test
  void theFirstQueueIsTheOneThatIsPushedTo() {
    assertThat(DEFAULTS.queues()).containsExactly("MESSAGES");
    assertThat(settings(Map.of("REDIS_QUEUE", "b, a")).queues()).containsExactly("b", "a");
  }

  /** Every name of a Compose service is a host, also with an underscore. */
  @Test
  void aHostMayHaveAnUnderscore() {
    assertAllowed(Setting.REDIS_HOST, "my_redis");
    assertAllowed(Setting.DB_HOST, "my_database");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"redis://localhost:0", "redis://localhost:65536", "redis://localhost:99999"})
  void thePortOfARedisUrlIsAPort(String url) {
    assertRefused(Setting.REDIS_URL, url);
  }

  @ParameterizedTest
  @EnumSource
  void emptyCountsAsNotSet(Setting setting) {
    for (String empty : List.of("", " ", "\t", " \n ")) {
      assertThat(settings(Map.of(setting.name(), empty)).text(setting))
          .isEqualTo(setting.defaultText());
    }
  }

  @Test
  void whiteSpaceAroundAValueIsNoPartOfIt() {
    assertThat(settings(Map.of("BATCH_SIZE", " 7\n")).count(Setting.BATCH_SIZE)).isEqualTo(7);
    assertThat(settings(Map.of("DB_HOST", " db ")).text(Setting.DB_HOST)).isEqualTo("db");
  }

  @Test
  void everySettingIsAskedForOnceByItsName() {
    Map<String, Integer> asked = new HashMap<>();

    Settings.from(
        name -> {
          asked.merge(name, 1, Integer::sum);
          return null;
        });

    assertThat(asked).allSatisfy((k, n) -> assertThat(n).isOne());
    assertThat(asked.keySet())
        .containsExactlyInAnyOrderElementsOf(
            EnumSet.allOf(Setting.class).stream()
                .flatMap(
                    setting ->
                        setting.secret()
                            ? Stream.of(setting.name(), setting.name() + "_FILE")
                            : Stream.of(setting.name()))
                .toList());
  }

  @Test
  void whatIsSetWinsOverTheDefaultAndNothingElseChanges() {
    Settings settings = settings(Map.of("REDIS_QUEUE", "OTHER", "BATCH_SIZE", "7", "UNKNOWN", "x"));

    for (Setting setting : Setting.values()) {
      String expected =
          switch (setting) {
            case REDIS_QUEUE -> "OTHER";
            case BATCH_SIZE -> "7";
            default -> setting.defaultText();
          };
      assertThat(settings.text(setting)).isEqualTo(expected);
    }
  }

  @Test
  void aComplaintNamesTheSettingTheValueAndWhatIsAllowed() {
    assertThat(Setting.BATCH_SIZE.complaint("many"))
        .contains(
            "BATCH_SIZE: \"many\" is not allowed; it must be a whole number from 1 to 100000");
    assertThat(Setting.BATCH_INTERVAL.complaint("-1"))
        .contains(
            "BATCH_INTERVAL: \"-1\" is not allowed;"
                + " it must be a number of seconds from 0 to 3600 (decimals allowed)");
  }

  @Test
  void allComplaintsAreToldInOneLine() {
    assertThatThrownBy(
            () ->
                settings(
                    Map.of(
                        "HTTP_PORT", "0",
                        "BATCH_SIZE", "many",
                        "REDIS_URL", "http://:hunter2@localhost",
                        "CLAIM_LEASE", "0.5",
                        "DB_HOST", "fine")))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessage(
            "Message Logger does not start:"
                + " REDIS_URL: its value (not shown) is not allowed;"
                + " it must be "
                + REDIS_URL_ALLOWED
                + ";"
                + " BATCH_SIZE: \"many\" is not allowed; it must be a whole number from 1 to 100000;"
                + " CLAIM_LEASE: \"0.5\" is not allowed;"
                + " it must be a number of seconds from 1 to 3600 (decimals allowed);"
                + " HTTP_PORT: \"0\" is not allowed; it must be a whole number from 1 to 65535");
  }

  @ParameterizedTest
  @EnumSource(names = {"REDIS_HOST", "REDIS_PORT", "REDIS_QUEUE", "BATCH_INTERVAL", "DB_NAME"})
  void aComplaintIsOneLineWhateverTheValue(Setting setting) {
    for (String lineBreak : List.of("\n", "\r", "\u0085", "\r\n", "\u001b[2J\n")) {
      assertThat(setting.complaint("1" + lineBreak + "WARN: forged"))
          .hasValueSatisfying(
              complaint ->
                  assertThat(complaint.chars().filter(Character::isISOControl).count()).isZero());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis//user:hunter2@localhost",
        "http://user:hunter2@localhost",
        "redis://user:hunter2@",
        "redis://user:hunter2 @localhost",
        "redis://user:hunter2@localhost:port",
        "hunter2"
      })
  void aSecretIsNeverInTheComplaint(String url) {
    assertThat(Setting.REDIS_URL.complaint(url))
        .hasValueSatisfying(complaint -> assertThat(complaint).doesNotContain("hunter2", url))
        .contains(
            "REDIS_URL: its value (not shown) is not allowed;"
                + " it must be "
                + REDIS_URL_ALLOWED);
    assertThatThrownBy(() -> settings(Map.of("REDIS_URL", url)))
        .isInstanceOf(InvalidSettingsException.class)
        .hasNoCause()
        .message()
        .doesNotContain("hunter2");
  }

  @Test
  void aPasswordIsAnyText() {
    for (String password : List.of("x", "a b", "é😀", "$x}", "\"'\\;|", "a\tb")) {
      assertAllowed(Setting.DB_PASSWORD, password);
    }
  }

  /** The data source takes DB_PASSWORD from the environment as it is. */
  @Test
  void aPasswordKeepsItsSpaces() {
    assertThat(settings(Map.of("DB_PASSWORD", " pass word ")).text(Setting.DB_PASSWORD))
        .isEqualTo(" pass word ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1h", "60m", "7d", "36500d", "off"})
  void spansOfTimeHaveAUnit(String value) {
    assertAllowed(Setting.RETENTION, value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "0d", "59m", "36501d", "-1d", "1w", "1.5d", "OFF", "7 d"})
  void otherSpansOfTimeAreRefused(String value) {
    assertRefused(Setting.RETENTION, value);
  }

  @Test
  void spansOfTimeAreDurations() {
    assertThat(DEFAULTS.span(Setting.COMPRESS_AFTER)).hasValue(Duration.ofDays(7));
    assertThat(DEFAULTS.span(Setting.RETENTION)).isEmpty();
    assertThat(settings(Map.of("RETENTION", "90m")).span(Setting.RETENTION))
        .hasValue(Duration.ofMinutes(90));
    assertRefused(Setting.CHUNK_INTERVAL, "off");
    assertRefused(Setting.ERASURE, "yes");
    assertThat(settings(Map.of("ERASURE", "on")).on(Setting.ERASURE)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "0.0.0.0",
        "::",
        "192.0.2.1",
        "host.example",
        "1270.0.0.1",
        "localhost.example"
      })
  void whereOthersReachItTheServerAsksWhoTheyAre(String host) {
    assertThatThrownBy(() -> settings(Map.of("HTTP_HOST", host)))
        .hasMessageContaining("HTTP_HOST: on \"" + host + "\" others can reach this server")
        .hasMessageContaining("ALLOW_ANONYMOUS=true");
    settings(Map.of("HTTP_HOST", host, "ALLOW_ANONYMOUS", "true"));
    settings(Map.of("HTTP_HOST", host, "API_KEYS_FILE", "keys.json"));
    settings(
        Map.of(
            "HTTP_HOST", host, "JWT_ISSUER", "i", "JWT_AUDIENCE", "a", "JWT_PUBLIC_KEY_FILE", "k"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST",
        "127.0.0.1",
        "127.1.2.3",
        "::1",
        "[::1]",
        "0:0:0:0:0:0:0:1"
      })
  void onLoopbackAnyoneMayAsk(String host) {
    assertThat(settings(Map.of("HTTP_HOST", host)).authenticated()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "JWT_AUDIENCE, a, does nothing without JWT_ISSUER",
    "JWT_JWKS_URL, https://i.example/keys, does nothing without JWT_ISSUER",
    "JWT_CLIENT_ID, page, does nothing without JWT_ISSUER",
    "JWT_ISSUER, i, JWT_AUDIENCE: must be set",
    "JWT_ISSUER, i, JWT_JWKS_URL: exactly one",
    "DB_SSLMODE, verify-full, DB_SSLROOTCERT: must be set",
    "DB_SSLROOTCERT, ca.pem, is checked by DB_SSLMODE",
    "REDIS_SENTINEL_USER, me, needs a REDIS_URL that starts with redis-sentinel://",
    "REDIS_SENTINEL_PASSWORD, pw, needs a REDIS_URL that starts with redis-sentinel://",
    "REDIS_CA_FILE, ca.pem, needs a REDIS_URL that starts with rediss",
    "HTTPS_PORT, 5443, HTTPS_PORT: exactly one of TLS_KEYSTORE_FILE and TLS_CERTIFICATE_FILE",
    "HTTPS_PORT, 5000, HTTPS_PORT: must be another port than HTTP_PORT",
    "HTTPS_PORT, off, it must be a whole number",
    "TLS_KEYSTORE_FILE, k.p12, does nothing without HTTPS_PORT",
    "TLS_KEYSTORE_PASSWORD, x, does nothing without HTTPS_PORT",
    "TLS_CERTIFICATE_FILE, c.pem, does nothing without HTTPS_PORT",
    "TLS_KEY_FILE, k.pem, does nothing without HTTPS_PORT",
    "JWT_JWKS_URL, http://i.example/keys, it must be https://",
    "JWT_ALGORITHMS, none, it must be a list",
    "JWT_ALGORITHMS, HS256, it must be a list",
    "FEED_ORIGINS, friend.example, it must be a list of origins",
    "FEED_ORIGINS, https://friend.example/, it must be a list of origins"
  })
  void halfOfASettingIsRefused(Setting setting, String value, String complaint) {
    assertThatThrownBy(() -> settings(Map.of(setting.name(), value)))
        .hasMessageContaining(complaint);
  }

  @Test
  void thePageSignsInAtAnAddressOnly() {
    Map<String, String> page = new HashMap<>();
    page.put("JWT_AUDIENCE", "a");
    page.put("JWT_PUBLIC_KEY_FILE", "k");
    page.put("JWT_CLIENT_ID", "page");
    for (String issuer : List.of("i", "http://i.example", "javascript:alert(1)")) {
      page.put("JWT_ISSUER", issuer);
      assertThatThrownBy(() -> settings(page))
          .hasMessageContaining("JWT_CLIENT_ID: the page signs");
    }
    for (String issuer : List.of("https://i.example/realms/a", "http://127.0.0.1:8080/a")) {
      page.put("JWT_ISSUER", issuer);
      assertThat(settings(page).text(Setting.JWT_CLIENT_ID)).isEqualTo("page");
    }
  }

  @Test
  void whatContradictsItselfIsRefused() {
    assertThatThrownBy(() -> settings(Map.of("API_KEYS_FILE", "k", "ALLOW_ANONYMOUS", "true")))
        .hasMessageContaining("ALLOW_ANONYMOUS: \"true\" contradicts");
  }

  @Test
  void aCertificateGoesWithItsKey() {
    Map<String, String> https = Map.of("HTTPS_PORT", "5443", "TLS_CERTIFICATE_FILE", "c.pem");
    assertThatThrownBy(() -> settings(https))
        .hasMessageContaining("TLS_KEY_FILE: it and TLS_CERTIFICATE_FILE go together");
    assertThat(
            settings(
                    Map.of(
                        "HTTPS_PORT",
                        "5443",
                        "TLS_CERTIFICATE_FILE",
                        "c.pem",
                        "TLS_KEY_FILE",
                        "k.pem"))
                .count(Setting.HTTPS_PORT))
        .isEqualTo(5443);
  }

  @Test
  void aSecretMayBeInAFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("password"), " pass\nword \n");
    Settings settings = settings(Map.of("DB_PASSWORD_FILE", file.toString()));
    assertThat(settings.text(Setting.DB_PASSWORD)).isEqualTo(" pass\nword ");
    assertThat(settings.fromFile(Setting.DB_PASSWORD)).isTrue();
    assertThat(settings.fromFile(Setting.DB_MIGRATOR_PASSWORD)).isFalse();
    assertThatThrownBy(
            () -> settings(Map.of("DB_PASSWORD_FILE", file.toString(), "DB_PASSWORD", "x")))
        .hasMessageContaining("DB_PASSWORD: set it or DB_PASSWORD_FILE, not both");
    assertThatThrownBy(() -> settings(Map.of("DB_PASSWORD_FILE", folder.resolve("no").toString())))
        .hasMessageContaining("DB_PASSWORD_FILE: ")
        .hasMessageContaining("cannot be read");
  }
}
