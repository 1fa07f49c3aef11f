package io.messagelogger.testing;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/** A small issuer of tokens, which publishes its keys over HTTP. Thread-safe. */
public final class Issuer implements AutoCloseable {
  public static final String NAME = "https://issuer.example/realm";
  public static final String AUDIENCE = "message-logger";

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final HttpServer server;
  private final AtomicInteger asked = new AtomicInteger();
  private volatile List<PublicJsonWebKey> keys;

  /** An issuer with an RSA and an EC key. */
  public Issuer() {
    try {
      keys = List.of(rsa(), ec());
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/keys",
          exchange -> {
            asked.incrementAndGet();
            byte[] body = keySet().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
          });
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A new RSA key. */
  public static PublicJsonWebKey rsa() {
    try {
      return named(RsaJwkGenerator.generateJwk(2048), "RS256");
    } catch (JoseException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A new EC key. */
  public static PublicJsonWebKey ec() {
    try {
      return named(EcJwkGenerator.generateJwk(EllipticCurves.P256), "ES256");
    } catch (JoseException e) {
      throw new IllegalStateException(e);
    }
  }

  private static PublicJsonWebKey named(PublicJsonWebKey key, String algorithm) {
    key.setKeyId("key-" + NUMBER.incrementAndGet());
    key.setAlgorithm(algorithm);
    key.setUse("sig");
    return key;
  }

  private String keySet() {
    return "{\"keys\":["
        + String.join(
            ",",
            keys.stream()
                .map(key -> key.toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY))
                .toList())
        + "]}";
  }

  /** Where the keys are. */
  public String keysUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/keys";
  }

  /** How often the keys were asked for. */
  public int asked() {
    return asked.get();
  }

  /** Signs with a new key from now on; the former one is not published any more. */
  public void rotate() {
    keys = List.of(rsa(), ec());
  }

  public PublicJsonWebKey rsaKey() {
    return keys.get(0);
  }

  public PublicJsonWebKey ecKey() {
    return keys.get(1);
  }

  /** Claims that let their bearer in, for five minutes. */
  public static JwtClaims claims(String name, String... roles) {
    JwtClaims claims = new JwtClaims();
    claims.setIssuer(NAME);
    claims.setAudience(AUDIENCE);
    claims.setSubject(name);
    claims.setIssuedAtToNow();
    claims.setExpirationTime(NumericDate.fromSeconds(Instant.now().getEpochSecond() + 300));
    claims.setStringListClaim("groups", Stream.of(roles).toList());
    return claims;
  }

  /** A token of these claims, by the RSA key. */
  public String token(JwtClaims claims) {
    return sign(claims.toJson(), rsaKey(), "RS256", Map.of());
  }

  /** A token that lets in. */
  public String token(String name, String... roles) {
    return token(claims(name, roles));
  }

  /** Anything, signed. */
  public static String sign(
      String payload, PublicJsonWebKey key, String algorithm, Map<String, ?> headers) {
    JsonWebSignature signature = new JsonWebSignature();
    signature.setPayload(payload);
    signature.setKey(key.getPrivateKey());
    signature.setKeyIdHeaderValue(key.getKeyId());
    signature.setAlgorithmHeaderValue(algorithm);
    headers.forEach(signature::setHeader);
    try {
      return signature.getCompactSerialization();
    } catch (JoseException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
