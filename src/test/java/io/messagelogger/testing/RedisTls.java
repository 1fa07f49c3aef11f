package io.messagelogger.testing;

import io.messagelogger.dev.EmbeddedRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * TLS between Redis servers and to them, with certificates for 127.0.0.1 of an authority of tests;
 * who connects has to show one, too. Immutable.
 */
public final class RedisTls {
  private static final Logger LOG = Logger.getLogger(RedisTls.class.getName());

  private final Path ca;
  private final Path own;
  private final List<String> lines;

  /** Writes the files. */
  public RedisTls(Path folder) throws IOException {
    Authority authority = new Authority("Test CA");
    Authority.Issued issued = authority.issue("127.0.0.1");
    Files.createDirectories(folder);
    ca = authority.pem(folder.resolve("ca.pem"));
    own = authority.issue("message-logger").keystore(folder.resolve("own.p12"));
    lines =
        List.of(
            "tls-cert-file " + issued.certificatePem(folder.resolve("redis.crt")),
            "tls-key-file " + issued.keyPem(folder.resolve("redis.key")),
            "tls-ca-cert-file " + ca,
            "tls-auth-clients yes",
            "tls-replication yes");
  }

  /** Whether this Redis was built with TLS. */
  public static boolean available(Path folder) throws IOException {
    try (EmbeddedRedis redis = EmbeddedRedis.start(folder, 0, "tls-port 0")) {
      return redis.running();
    } catch (IOException e) {
      LOG.log(Level.FINE, "No TLS", e);
      return false;
    }
  }

  /** Lines of redis.conf, for those that also listen on their port without TLS. */
  List<String> lines() {
    return lines;
  }

  /** How the service is told of it. */
  public Map<String, String> settings() {
    return Map.of(
        "REDIS_CA_FILE", ca.toString(),
        "REDIS_KEYSTORE_FILE", own.toString(),
        "REDIS_KEYSTORE_PASSWORD", Authority.PASSWORD);
  }
}
