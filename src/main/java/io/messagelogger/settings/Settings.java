package io.messagelogger.settings;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The settings in force, checked. Immutable and thread-safe. */
public final class Settings {
  static final String OFF = "off";

  /** What follows the name of a secret to name the file that holds it. */
  private static final String FILE = "_FILE";

  private final Map<Setting, String> values;
  private final Set<Setting> fromFiles;

  private Settings(Map<Setting, String> values, Set<Setting> fromFiles) {
    this.values = values;
    this.fromFiles = fromFiles;
  }

  /**
   * Reads every setting from a source that answers null for what is not set. An empty value counts
   * as not set, as in MicroProfile Config.
   *
   * @throws InvalidSettingsException with one line a wrong setting
   */
  public static Settings from(Function<String, @Nullable String> source) {
    Map<Setting, String> values = new EnumMap<>(Setting.class);
    Set<Setting> fromFiles = EnumSet.noneOf(Setting.class);
    List<String> files = new ArrayList<>();
    for (Setting setting : Setting.values()) {
      String value = source.apply(setting.name());
      String file = setting.secret() ? source.apply(setting.name() + FILE) : null;
      if (file != null && !file.isBlank()) {
        if (value != null && !value.isBlank()) {
          files.add(setting + ": set it or " + setting + FILE + ", not both");
        }
        value = secret(setting, file.strip(), files);
        fromFiles.add(setting);
      }
      if (value == null || value.isBlank()) {
        value = setting.defaultText();
      }
      values.put(setting, setting.secret() && setting != Setting.REDIS_URL ? value : value.strip());
    }
    Settings settings = new Settings(values, fromFiles);
    List<String> complaints =
        Stream.concat(
                files.stream(),
                Stream.concat(
                    values.entrySet().stream()
                        .map(entry -> entry.getKey().complaint(entry.getValue()))
                        .flatMap(Optional::stream),
                    Combinations.complaints(settings).stream()))
            .toList();
    if (!complaints.isEmpty()) {
      throw new InvalidSettingsException(complaints);
    }
    return settings;
  }

  /** What a file holds, without the line break at its end. */
  private static String secret(Setting setting, String file, List<String> complaints) {
    try {
      return Files.readString(Path.of(file)).replaceFirst("\\R\\z", "");
    } catch (IOException | InvalidPathException e) {
      complaints.add("%s%s: \"%s\" cannot be read".formatted(setting, FILE, Setting.printed(file)));
      return "";
    }
  }

  /** Whether a secret was read from a file. */
  public boolean fromFile(Setting setting) {
    return fromFiles.contains(setting);
  }

  /** The value as it was set, or the default. */
  public String text(Setting setting) {
    return Objects.requireNonNull(values.get(setting));
  }

  /** The value of a setting that is a whole number. */
  public int count(Setting setting) {
    return Integer.parseInt(text(setting));
  }

  /** The value of a setting that is a whole number or off; empty when it is off. */
  public OptionalInt limit(Setting setting) {
    return text(setting).equals(OFF) ? OptionalInt.empty() : OptionalInt.of(count(setting));
  }

  /** The values of a setting that is a list; empty when it is unset. */
  public List<String> list(Setting setting) {
    return text(setting).isEmpty() ? List.of() : List.of(text(setting).split(","));
  }

  /**
   * Whether a read replica answers questions. The server's configuration gives its host and port
   * the values of the primary's where they are unset, and these are then seen here.
   */
  public boolean replica() {
    String host = text(Setting.DB_READ_HOST);
    String port = text(Setting.DB_READ_PORT);
    return !host.isEmpty()
        && !(host.equals(text(Setting.DB_HOST))
            && (port.isEmpty() || port.equals(text(Setting.DB_PORT))));
  }

  /** The queues' names, the one first to which this service itself pushes. */
  public List<String> queues() {
    return names(text(Setting.REDIS_QUEUE));
  }

  static List<String> names(String text) {
    return Arrays.stream(text.split(",", -1)).map(String::strip).toList();
  }

  /** Where Redis is. */
  public RedisUrl redis() {
    String url = text(Setting.REDIS_URL);
    return url.isEmpty()
        ? RedisUrl.single(text(Setting.REDIS_HOST), count(Setting.REDIS_PORT))
        : RedisUrl.of(url).orElseThrow();
  }

  /** Whether batches are traced. */
  public boolean tracing() {
    return !text(Setting.OTEL_EXPORTER_OTLP_ENDPOINT).isEmpty()
        && text(Setting.OTEL_SDK_DISABLED).isEmpty();
  }

  /** Whether those who ask have to say who they are. */
  public boolean authenticated() {
    return !text(Setting.JWT_ISSUER).isEmpty() || !text(Setting.API_KEYS_FILE).isEmpty();
  }

  /** The value of a setting that is a number of seconds. */
  public Duration duration(Setting setting) {
    return Duration.ofNanos(new BigDecimal(text(setting)).movePointRight(9).longValue());
  }

  /** The value of a setting that is a span of time; empty when it is off. */
  public Optional<Duration> span(Setting setting) {
    String text = text(setting);
    return text.equals(OFF) ? Optional.empty() : Optional.of(span(text));
  }

  /** Whether a setting that is on or off is on. */
  public boolean on(Setting setting) {
    return text(setting).equals("on");
  }

  static Duration span(String text) {
    long number = Long.parseLong(text.substring(0, text.length() - 1));
    return switch (text.charAt(text.length() - 1)) {
      case 'm' -> Duration.ofMinutes(number);
      case 'h' -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }
}
