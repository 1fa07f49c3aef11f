package io.messagelogger.settings.tls;

import io.messagelogger.settings.InvalidSettingsException;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The certificate of the service and its key, as the files of the settings hold them. One that is
 * here is valid now, and the key is its own. Immutable.
 *
 * @param key the private key
 * @param chain the certificate, followed by those it is signed by
 */
public record ServerCertificate(PrivateKey key, List<X509Certificate> chain) {
  private static final String ALIAS = "message-logger";
  private static final String TYPE = "PKCS12";

  /** Makes the list its own. */
  public ServerCertificate {
    chain = List.copyOf(chain);
  }

  /**
   * Reads the files.
   *
   * @return empty where HTTPS_PORT is unset
   * @throws InvalidSettingsException with one line that says what is wrong with them
   */
  public static Optional<ServerCertificate> of(Settings settings) {
    if (settings.text(Setting.HTTPS_PORT).isEmpty()) {
      return Optional.empty();
    }
    boolean store = !settings.text(Setting.TLS_KEYSTORE_FILE).isEmpty();
    Setting setting = store ? Setting.TLS_KEYSTORE_FILE : Setting.TLS_CERTIFICATE_FILE;
    ServerCertificate read =
        store
            ? keystore(settings.text(setting), settings.text(Setting.TLS_KEYSTORE_PASSWORD))
            : new ServerCertificate(
                PemKey.read(settings.text(Setting.TLS_KEY_FILE)), chain(settings.text(setting)));
    read.check(setting, settings.text(setting));
    return Optional.of(read);
  }

  private static ServerCertificate keystore(String file, String password) {
    Setting setting = Setting.TLS_KEYSTORE_FILE;
    char[] word = password.toCharArray();
    try {
      KeyStore store = KeyStore.getInstance(path(setting, file).toFile(), word);
      List<String> keys = new ArrayList<>();
      for (String alias : Collections.list(store.aliases())) {
        if (store.isKeyEntry(alias)) {
          keys.add(alias);
        }
      }
      if (keys.size() != 1) {
        throw wrong(setting, file, "holds %d private keys instead of one".formatted(keys.size()));
      }
      List<X509Certificate> chain = new ArrayList<>();
      for (Certificate one : store.getCertificateChain(keys.get(0))) {
        chain.add((X509Certificate) one);
      }
      return new ServerCertificate((PrivateKey) store.getKey(keys.get(0), word), chain);
    } catch (IOException e) {
      throw e.getCause() instanceof UnrecoverableKeyException
          ? wrongPassword()
          : wrong(setting, file, "is no PKCS12 or JKS keystore that can be read");
    } catch (UnrecoverableKeyException e) {
      throw wrongPassword();
    } catch (GeneralSecurityException | ClassCastException e) {
      throw wrong(setting, file, "is no PKCS12 or JKS keystore with a certificate and its key");
    }
  }

  private static InvalidSettingsException wrongPassword() {
    return new InvalidSettingsException(
        List.of("TLS_KEYSTORE_PASSWORD: its value (not shown) does not open TLS_KEYSTORE_FILE"));
  }

  private static List<X509Certificate> chain(String file) {
    Setting setting = Setting.TLS_CERTIFICATE_FILE;
    List<X509Certificate> chain = new ArrayList<>();
    try (InputStream in = Files.newInputStream(path(setting, file))) {
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        chain.add((X509Certificate) one);
      }
    } catch (IOException | GeneralSecurityException e) {
      throw wrong(setting, file, "holds no certificate in PEM that can be read");
    }
    if (chain.isEmpty()) {
      throw wrong(setting, file, "holds no certificate in PEM that can be read");
    }
    return chain;
  }

  /** Refuses what no client would accept. */
  private void check(Setting setting, String file) {
    Instant now = Instant.now();
    for (X509Certificate one : chain) {
      Instant from = one.getNotBefore().toInstant();
      Instant until = one.getNotAfter().toInstant();
      String subject = one.getSubjectX500Principal().getName();
      if (now.isAfter(until)) {
        throw wrong(setting, file, "the certificate of %s expired at %s".formatted(subject, until));
      }
      if (now.isBefore(from)) {
        throw wrong(
            setting, file, "the certificate of %s is valid only from %s".formatted(subject, from));
      }
    }
    for (int i = 0; i + 1 < chain.size(); i++) {
      try {
        chain.get(i).verify(chain.get(i + 1).getPublicKey());
      } catch (GeneralSecurityException e) {
        throw wrong(
            setting,
            file,
            "certificate %d is not signed by the one that follows it".formatted(i + 1));
      }
    }
    if (!belongs()) {
      throw wrong(setting, file, "the key is not the certificate's (its first one's)");
    }
  }

  /** Whether what the key signs is what the certificate's public key has signed. */
  private boolean belongs() {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> key.getAlgorithm();
        };
    byte[] text = ALIAS.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    try {
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update(text);
      Signature checking = Signature.getInstance(algorithm);
      checking.initVerify(chain.get(0).getPublicKey());
      checking.update(text);
      return checking.verify(signing.sign());
    } catch (GeneralSecurityException e) {
      return false; // keys of two kinds
    }
  }

  /**
   * Writes it as a keystore that this process's user alone may read. The file is there complete or
   * not at all.
   *
   * @param password of the keystore and of the key in it
   */
  public void store(Path file, char[] password) throws IOException {
    Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      KeyStore store = KeyStore.getInstance(TYPE);
      store.load(null, password);
      store.setKeyEntry(ALIAS, key, password, chain.toArray(new Certificate[0]));
      store.store(bytes, password);
    } catch (GeneralSecurityException e) {
      throw new IOException("the certificate cannot be written as " + TYPE, e);
    }
    Path next = // with rights of its owner alone from its first byte on
        folder.getFileSystem().supportedFileAttributeViews().contains("posix")
            ? Files.createTempFile(
                folder,
                ALIAS,
                ".p12",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
            : Files.createTempFile(folder, ALIAS, ".p12");
    try (OutputStream out = Files.newOutputStream(next)) {
      bytes.writeTo(out);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * The path of a file that can be read.
   *
   * @throws InvalidSettingsException when it cannot
   */
  static Path path(Setting setting, String file) {
    try {
      Path path = Path.of(file);
      if (Files.isRegularFile(path) && Files.isReadable(path)) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw wrong(setting, file, "cannot be read");
    }
    throw wrong(setting, file, "cannot be read");
  }

  static InvalidSettingsException wrong(Setting setting, String file, String what) {
    return new InvalidSettingsException(List.of("%s: \"%s\": %s".formatted(setting, file, what)));
  }
}
