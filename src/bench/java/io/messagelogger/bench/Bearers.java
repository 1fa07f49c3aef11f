package io.messagelogger.bench;

import io.messagelogger.settings.Setting;
import io.messagelogger.testing.Issuer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jose4j.jwt.JwtClaims;

/** A key and a token of a reader, and what a server has to be told to take them. */
final class Bearers implements Closeable {
  private static final int MINUTES = 600;

  private final Issuer issuer = new Issuer();
  private final String key = "ml_" + "0".repeat(64);
  private final Path keys;

  Bearers() throws IOException {
    keys = Files.createTempFile("keys", ".json");
    Files.writeString(
        keys,
        "[{\"name\":\"bench\",\"sha256\":\"%s\",\"roles\":[\"reader\"]}]".formatted(sha256(key)));
  }

  Map<String, String> settings() {
    return Map.of(
        Setting.RATE_LIMIT.name(),
        "off",
        Setting.API_KEYS_FILE.name(),
        keys.toString(),
        Setting.JWT_ISSUER.name(),
        Issuer.NAME,
        Setting.JWT_AUDIENCE.name(),
        Issuer.AUDIENCE,
        Setting.JWT_JWKS_URL.name(),
        issuer.keysUrl());
  }

  /** The header of a request with each, with its line end. */
  Map<String, String> headers() {
    JwtClaims claims = Issuer.claims("bench", "reader");
    claims.setExpirationTimeMinutesInTheFuture(MINUTES);
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("key", "Authorization: Bearer " + key + "\r\n");
    headers.put("token", "Authorization: Bearer " + issuer.token(claims) + "\r\n");
    return headers;
  }

  @Override
  public void close() throws IOException {
    issuer.close();
    Files.delete(keys);
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
