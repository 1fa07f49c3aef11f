package io.messagelogger.settings.tls;

import io.messagelogger.settings.InvalidSettingsException;
import io.messagelogger.settings.Setting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A private key in PEM (RFC 7468, 10). Stateless. */
final class PemKey {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
  private static final List<String> KINDS = List.of("RSA", "EC", "EdDSA");

  private PemKey() {}

  /**
   * Reads TLS_KEY_FILE.
   *
   * @throws InvalidSettingsException when it holds no key that can be read
   */
  static PrivateKey read(String file) {
    Setting setting = Setting.TLS_KEY_FILE;
    String text;
    try {
      text = Files.readString(ServerCertificate.path(setting, file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw ServerCertificate.wrong(setting, file, "cannot be read");
    }
    Matcher found = KEY.matcher(text);
    if (!found.find() || !found.group(1).equals("PRIVATE KEY")) {
      throw ServerCertificate.wrong(
          setting,
          file,
          "holds no key in PEM, PKCS#8, not encrypted (openssl pkcs8 -topk8 -nodes makes one)");
    }
    byte[] bytes = Base64.getMimeDecoder().decode(found.group(2));
    return KINDS.stream()
        .flatMap(kind -> key(kind, bytes).stream())
        .findFirst()
        .orElseThrow(
            () -> ServerCertificate.wrong(setting, file, "holds no RSA, EC or Ed25519 key"));
  }

  /** Empty when it is of another kind. */
  private static Optional<PrivateKey> key(String kind, byte[] bytes) {
    try {
      return Optional.of(
          KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(bytes)));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }
}
