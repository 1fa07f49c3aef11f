package io.messagelogger.queue;

import io.messagelogger.settings.InvalidSettingsException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import redis.clients.jedis.SslOptions;

/** Certificates of authorities in PEM, as the trust store that jedis takes; and our own. */
final class Authorities {
  static final char[] PASSWORD = "not a secret".toCharArray();

  private Authorities() {}

  /**
   * Reads a file.
   *
   * @throws InvalidSettingsException when it holds no certificate
   */
  static SslOptions.Resource store(String file) {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, PASSWORD);
      int number = 0;
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("authority-" + number++, one);
      }
      if (number == 0) {
        throw new GeneralSecurityException("no certificate");
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      store.store(bytes, PASSWORD);
      return () -> new ByteArrayInputStream(bytes.toByteArray());
    } catch (IOException | GeneralSecurityException e) {
      throw new InvalidSettingsException(
          List.of("REDIS_CA_FILE: holds no certificate in PEM that can be read"));
    }
  }

  /**
   * Reads a keystore, to see whether that is possible.
   *
   * @throws InvalidSettingsException when it is not
   */
  static void check(String file, char[] password) {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      KeyStore.getInstance("PKCS12").load(in, password);
    } catch (IOException | GeneralSecurityException e) {
      throw new InvalidSettingsException(
          List.of(
              e.getCause() instanceof UnrecoverableKeyException
                  ? "REDIS_KEYSTORE_PASSWORD: its value (not shown) does not open REDIS_KEYSTORE_FILE"
                  : "REDIS_KEYSTORE_FILE: is no PKCS12 keystore that can be read"));
    }
  }
}
