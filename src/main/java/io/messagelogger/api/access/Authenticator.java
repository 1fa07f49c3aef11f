package io.messagelogger.api.access;

import io.messagelogger.access.Reader;
import io.messagelogger.access.Role;
import io.messagelogger.access.Validity;
import io.messagelogger.message.Printable;
import io.messagelogger.running.Part;
import io.messagelogger.running.Repeating;
import io.messagelogger.settings.InvalidSettingsException;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells by what someone sends who it is: a token of the issuer, or a key of the file, which is read
 * again when it has changed. Thread-safe.
 */
@ApplicationScoped
public class Authenticator implements Part, Validity {
  private static final Logger LOG = Logger.getLogger(Authenticator.class.getName());
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** A token that was accepted is not checked again for so long; its end is looked at always. */
  private static final Duration TOKEN_KNOWN = Duration.ofMinutes(1);

  private static final int MOST_KNOWN = 10_000;

  private final boolean required;
  private final @Nullable Tokens tokens;
  private final @Nullable Path file;
  private final Map<String, Known> known = new ConcurrentHashMap<>();
  private volatile ApiKeys keys = ApiKeys.NONE;
  private volatile @Nullable String complaint;
  private volatile @Nullable Repeating looks;

  @Resource private ManagedScheduledExecutorService scheduler;

  private record Known(Reader reader, Instant until) {}

  /**
   * Reads the keys.
   *
   * @throws InvalidSettingsException when a file is not as it must be
   */
  @Inject
  public Authenticator(Settings settings) {
    this.required = settings.authenticated();
    this.tokens = settings.text(Setting.JWT_ISSUER).isEmpty() ? null : new Tokens(settings);
    String name = settings.text(Setting.API_KEYS_FILE);
    this.file = name.isEmpty() ? null : Path.of(name);
    if (file != null) {
      try {
        keys = ApiKeys.read(file);
      } catch (ApiKeys.InvalidException e) {
        throw new InvalidSettingsException(
            List.of("API_KEYS_FILE: \"%s\": %s".formatted(Printable.line(name), e.getMessage())));
      }
    }
  }

  @Override
  public String name() {
    return "authentication";
  }

  @Override
  public void start() {
    LOG.info(
        required
            ? "Readers and writers have to say who they are"
            : "Anyone who reaches this server may read and write: no authentication is configured");
    if (file != null) {
      looks = Repeating.start(scheduler, "looking at API_KEYS_FILE", LOOK, LOOK, this::look);
    }
  }

  @Override
  public boolean stop(Duration limit) throws InterruptedException {
    Repeating looking = looks;
    return looking == null || looking.stop(limit);
  }

  /** Reads the file again. Read whole each time: it is small, and mounted files change unseen. */
  private void look() {
    try {
      ApiKeys now = ApiKeys.read(Path.of(String.valueOf(file)));
      complaint = null;
      if (!now.equals(keys)) {
        keys = now;
        LOG.log(Level.INFO, "API_KEYS_FILE has changed; keys now: {0}", now.readers().size());
      }
    } catch (ApiKeys.InvalidException e) {
      if (!String.valueOf(e.getMessage()).equals(complaint)) {
        LOG.log(
            Level.SEVERE,
            "API_KEYS_FILE has changed and is not valid; the keys of before stay in force: {0}",
            e.getMessage());
        complaint = e.getMessage();
      }
    }
  }

  /** Whether those who ask have to say who they are. */
  public boolean required() {
    return required;
  }

  /**
   * Whether an operator asks, for what anyone may ask and operators are told more of. Whoever is
   * not let in is not one.
   *
   * @param header Authorization, if there is one
   */
  public boolean isOperator(@Nullable String header) {
    if (!required) {
      return true;
    }
    String prefix = "Bearer ";
    if (header == null || !header.regionMatches(true, 0, prefix, 0, prefix.length())) {
      return false;
    }
    try {
      return bearer(header.substring(prefix.length()).strip()).is(Role.OPERATOR);
    } catch (RefusedException | Tokens.UnavailableException e) {
      LOG.log(Level.FINE, "Not known to be an operator: {0}", e.getMessage());
      return false;
    }
  }

  /**
   * Who sent this.
   *
   * @param credentials what follows {@code Bearer}
   * @throws RefusedException when it lets nobody in
   * @throws Tokens.UnavailableException when it cannot be checked now
   */
  Reader bearer(String credentials) throws RefusedException, Tokens.UnavailableException {
    String hash = hash(credentials);
    Reader holder = keys.readers().get(hash);
    if (holder != null) {
      return holder;
    }
    Tokens issued = tokens;
    if (issued == null || credentials.indexOf('.') < 0) {
      throw new RefusedException("There is no such key", "an unknown key");
    }
    Instant now = Instant.now();
    Known before = known.get(hash);
    if (before != null && now.isBefore(before.until)) {
      if (before.reader.expired(now)) {
        throw new RefusedException("The token has expired", "expired");
      }
      return before.reader;
    }
    Reader reader = issued.read(credentials);
    if (known.size() >= MOST_KNOWN) {
      known.clear();
    }
    known.put(hash, new Known(reader, now.plus(TOKEN_KNOWN)));
    return reader;
  }

  @Override
  public boolean holds(Reader reader) {
    return !reader.expired(Instant.now())
        && (reader.key() == null || reader.equals(keys.readers().get(reader.key())));
  }

  /** SHA-256 in hexadecimal digits. */
  static String hash(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
