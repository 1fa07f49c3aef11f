package io.messagelogger.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.security.auth.x500.X500Principal;

/**
 * An authority that signs certificates (RFC 5280), for tests of what is accepted and what is not.
 * Thread-safe.
 */
public final class Authority {
  /** Password of all keystores of tests. */
  public static final String PASSWORD = "of-a-test";

  private static final AtomicInteger SERIAL = new AtomicInteger();
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final byte[] ECDSA_SHA256 = // 1.2.840.10045.4.3.2
      der(0x30, der(0x06, new byte[] {0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 4, 3, 2}));
  private static final byte[] BASIC_CONSTRAINTS = {0x55, 0x1d, 0x13};
  private static final byte[] ALTERNATIVE_NAME = {0x55, 0x1d, 0x11};
  private static final int DNS_NAME = 0x82;
  private static final int ADDRESS = 0x87;

  private final KeyPair keys = pair("EC");
  private final X500Principal name;
  private final X509Certificate certificate;

  /** A certificate with its key, and the certificate of who signed it. */
  public record Issued(PrivateKey key, X509Certificate certificate, X509Certificate authority) {

    /** As PKCS12, with the authority's. */
    public Path keystore(Path file) throws IOException {
      try (OutputStream out = Files.newOutputStream(file)) {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
            "own", key, PASSWORD.toCharArray(), new Certificate[] {certificate, authority});
        store.store(out, PASSWORD.toCharArray());
        return file;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    /** The certificate in PEM, followed by the authority's. */
    public Path certificatePem(Path file) throws IOException {
      return Files.writeString(file, pem(certificate) + pem(authority));
    }

    /** The key in PEM (PKCS#8), for its owner only. */
    public Path keyPem(Path file) throws IOException {
      Files.writeString(file, pem("PRIVATE KEY", key.getEncoded()));
      if (!file.toFile().setReadable(false, false) || !file.toFile().setReadable(true, true)) {
        throw new IOException("cannot change the rights of " + file);
      }
      return file;
    }
  }

  /** A new one, which signs itself. */
  public Authority(String commonName) {
    this.name = new X500Principal("CN=" + commonName);
    this.certificate =
        sign(
            name,
            keys,
            Instant.now().minus(Duration.ofDays(30)),
            Instant.now().plus(Duration.ofDays(30)),
            der(
                0x30,
                der(0x06, BASIC_CONSTRAINTS),
                der(0x01, new byte[] {(byte) 0xff}),
                der(0x04, der(0x30, der(0x01, new byte[] {(byte) 0xff})))));
  }

  /** Its own certificate. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** Its own certificate in PEM. */
  public Path pem(Path file) throws IOException {
    return Files.writeString(file, pem(certificate));
  }

  /** A certificate of these hosts (names, or IPv4 addresses), valid for a day. */
  public Issued issue(String... hosts) {
    return issue(Instant.now().minusSeconds(60), Instant.now().plus(Duration.ofDays(1)), hosts);
  }

  /** A certificate of these hosts, valid within these times. */
  public Issued issue(Instant from, Instant until, String... hosts) {
    return issue("EC", from, until, hosts);
  }

  /** The same with a key of this kind: EC or RSA. */
  public Issued issue(String kind, Instant from, Instant until, String... hosts) {
    KeyPair own = pair(kind);
    ByteArrayOutputStream names = new ByteArrayOutputStream();
    for (String host : hosts) {
      names.writeBytes(
          host.matches("[0-9.]+")
              ? der(ADDRESS, address(host))
              : der(DNS_NAME, host.getBytes(StandardCharsets.US_ASCII)));
    }
    X509Certificate signed =
        sign(
            new X500Principal("CN=" + hosts[0]),
            own,
            from,
            until,
            der(0x30, der(0x06, ALTERNATIVE_NAME), der(0x04, der(0x30, names.toByteArray()))));
    return new Issued(own.getPrivate(), signed, certificate);
  }

  private static byte[] address(String host) {
    byte[] bytes = new byte[4];
    String[] parts = host.split("\\.", -1);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(parts[i]);
    }
    return bytes;
  }

  private X509Certificate sign(
      X500Principal subject, KeyPair own, Instant from, Instant until, byte[] extension) {
    byte[] content =
        der(
            0x30,
            der(0xa0, der(0x02, new byte[] {2})), // version 3
            der(0x02, BigInteger.valueOf(SERIAL.incrementAndGet()).toByteArray()),
            ECDSA_SHA256,
            name.getEncoded(),
            der(0x30, time(from), time(until)),
            subject.getEncoded(),
            own.getPublic().getEncoded(),
            der(0xa3, der(0x30, extension)));
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      signature.update(content);
      byte[] signed = der(0x30, content, ECDSA_SHA256, der(0x03, new byte[] {0}, signature.sign()));
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new java.io.ByteArrayInputStream(signed));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] time(Instant time) {
    return der(0x18, TIME.format(time).getBytes(StandardCharsets.US_ASCII));
  }

  private static KeyPair pair(String kind) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
      if (kind.equals("EC")) {
        generator.initialize(new ECGenParameterSpec("secp256r1"));
      } else {
        generator.initialize(2048);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Distinguished encoding (X.690): tag, length, content. */
  private static byte[] der(int tag, byte[]... parts) {
    int length = List.of(parts).stream().mapToInt(part -> part.length).sum();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >> 8);
      out.write(length);
    }
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static String pem(X509Certificate certificate) {
    try {
      return pem("CERTIFICATE", certificate.getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String what, byte[] bytes) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(what, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes), what);
  }
}
