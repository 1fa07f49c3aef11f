package io.messagelogger.settings;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Settings that are allowed each, and not together. */
final class Combinations {
  private static final Set<Setting> OF_TOKENS =
      EnumSet.of(
          Setting.JWT_AUDIENCE,
          Setting.JWT_JWKS_URL,
          Setting.JWT_PUBLIC_KEY_FILE,
          Setting.JWT_CLIENT_ID);

  private static final Set<Setting> OF_HTTPS =
      EnumSet.of(
          Setting.TLS_KEYSTORE_FILE,
          Setting.TLS_KEYSTORE_PASSWORD,
          Setting.TLS_CERTIFICATE_FILE,
          Setting.TLS_KEY_FILE);

  private Combinations() {}

  /** A line for each contradiction. */
  static List<String> complaints(Settings settings) {
    List<String> complaints = new ArrayList<>();
    access(settings, complaints);
    tokens(settings, complaints);
    transport(settings, complaints);
    https(settings, complaints);
    return complaints;
  }

  private static void access(Settings settings, List<String> complaints) {
    boolean authenticated =
        set(settings, Setting.JWT_ISSUER) || set(settings, Setting.API_KEYS_FILE);
    boolean anonymous = settings.text(Setting.ALLOW_ANONYMOUS).equals("true");
    String host = settings.text(Setting.HTTP_HOST);
    if (authenticated && anonymous) {
      complaints.add(
          "ALLOW_ANONYMOUS: \"true\" contradicts JWT_ISSUER and API_KEYS_FILE; unset it or them");
    }
    if (!authenticated && !anonymous && !Loopback.is(host)) {
      complaints.add(
          "HTTP_HOST: on \"%s\" others can reach this server; set JWT_ISSUER or API_KEYS_FILE to say"
                  .formatted(Setting.printed(host))
              + " who may, or ALLOW_ANONYMOUS=true to let anyone read and write");
    }
  }

  private static void tokens(Settings settings, List<String> complaints) {
    if (!set(settings, Setting.JWT_ISSUER)) {
      for (Setting setting : OF_TOKENS) {
        if (set(settings, setting)) {
          complaints.add(setting + ": does nothing without JWT_ISSUER");
        }
      }
      return;
    }
    if (!set(settings, Setting.JWT_AUDIENCE)) {
      complaints.add(
          "JWT_AUDIENCE: must be set with JWT_ISSUER; tokens for other services would be accepted");
    }
    if (set(settings, Setting.JWT_JWKS_URL) == set(settings, Setting.JWT_PUBLIC_KEY_FILE)) {
      complaints.add(
          "JWT_JWKS_URL: exactly one of it and JWT_PUBLIC_KEY_FILE must be set with JWT_ISSUER");
    }
    String issuer = settings.text(Setting.JWT_ISSUER);
    if (set(settings, Setting.JWT_CLIENT_ID) && !Kind.KEYS_URL.check().accepts(issuer)) {
      complaints.add(
          "JWT_CLIENT_ID: the page signs in at JWT_ISSUER, which is no https://… (http://… on loopback): \"%s\""
              .formatted(Setting.printed(issuer)));
    }
  }

  private static void transport(Settings settings, List<String> complaints) {
    boolean verified = settings.text(Setting.DB_SSLMODE).startsWith("verify-");
    if (verified != set(settings, Setting.DB_SSLROOTCERT)) {
      complaints.add(
          verified
              ? "DB_SSLROOTCERT: must be set when DB_SSLMODE verifies the certificate"
              : "DB_SSLROOTCERT: is checked by DB_SSLMODE=verify-ca and verify-full only");
    }
    if (set(settings, Setting.DB_READ_PORT) && !set(settings, Setting.DB_READ_HOST)) {
      complaints.add("DB_READ_PORT: does nothing without DB_READ_HOST");
    }
    Optional<RedisUrl> url = RedisUrl.of(settings.text(Setting.REDIS_URL));
    boolean encrypted = url.isPresent() && url.get().tls();
    for (Setting setting : List.of(Setting.REDIS_CA_FILE, Setting.REDIS_KEYSTORE_FILE)) {
      if (set(settings, setting) && !encrypted) {
        complaints.add(setting + ": needs a REDIS_URL that starts with rediss");
      }
    }
    boolean sentinels = url.isPresent() && url.get().form() == RedisUrl.Form.SENTINEL;
    for (Setting setting : List.of(Setting.REDIS_SENTINEL_USER, Setting.REDIS_SENTINEL_PASSWORD)) {
      if (set(settings, setting) && !sentinels) {
        complaints.add(setting + ": needs a REDIS_URL that starts with redis-sentinel://");
      }
    }
  }

  private static void https(Settings settings, List<String> complaints) {
    boolean store = set(settings, Setting.TLS_KEYSTORE_FILE);
    boolean certificate = set(settings, Setting.TLS_CERTIFICATE_FILE);
    if (!set(settings, Setting.HTTPS_PORT)) {
      for (Setting setting : OF_HTTPS) {
        if (set(settings, setting)) {
          complaints.add(setting + ": does nothing without HTTPS_PORT");
        }
      }
      return;
    }
    if (settings.text(Setting.HTTPS_PORT).equals(settings.text(Setting.HTTP_PORT))) {
      complaints.add("HTTPS_PORT: must be another port than HTTP_PORT");
    }
    if (store == certificate) {
      complaints.add(
          "HTTPS_PORT: exactly one of TLS_KEYSTORE_FILE and TLS_CERTIFICATE_FILE must be set with it");
    }
    if (certificate != set(settings, Setting.TLS_KEY_FILE)) {
      complaints.add("TLS_KEY_FILE: it and TLS_CERTIFICATE_FILE go together");
    }
    if (!store && set(settings, Setting.TLS_KEYSTORE_PASSWORD)) {
      complaints.add("TLS_KEYSTORE_PASSWORD: does nothing without TLS_KEYSTORE_FILE");
    }
  }

  private static boolean set(Settings settings, Setting setting) {
    return !settings.text(setting).isEmpty();
  }
}
