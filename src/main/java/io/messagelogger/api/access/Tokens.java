package io.messagelogger.api.access;

import io.messagelogger.access.Reader;
import io.messagelogger.access.Role;
import io.messagelogger.access.Scope;
import io.messagelogger.message.Printable;
import io.messagelogger.settings.InvalidSettingsException;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.jose4j.http.Get;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.HttpsJwks;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.HttpsJwksVerificationKeyResolver;
import org.jspecify.annotations.Nullable;

/**
 * JSON Web Tokens of the issuer, as MicroProfile JWT has them: signed by its key with an algorithm
 * that is allowed, for this audience, of this time. Thread-safe.
 */
final class Tokens {
  /** More than any issuer sends, and less than a header may have. */
  static final int MAX_LENGTH = 16_384;

  private static final int MAX_SUBJECTS = 1_000;
  private static final int KEYS_TIMEOUT_MILLIS = 3_000;
  private static final long KEYS_SECONDS = 600;
  private static final long KEYS_KEPT_SECONDS = 3_600;

  /** Tokens with unknown keys make us ask the issuer as often as this, at most. */
  private static final long KEYS_PAUSE_MILLIS = 5_000;

  private static final List<String> KEY_TYPES = List.of("RSA", "EC", "EdDSA");

  private final JwtConsumer consumer;
  private final String rolesClaim;
  private final String subjectsClaim;
  private final long skewSeconds;

  /** From which age on a token is refused, with the skew. */
  private final long maxAge;

  /**
   * Prepares for the issuer of the settings; does not ask for its keys yet.
   *
   * @throws InvalidSettingsException when the key file holds no public key
   */
  Tokens(Settings settings) {
    this.rolesClaim = settings.text(Setting.JWT_ROLES_CLAIM);
    this.subjectsClaim = settings.text(Setting.JWT_SUBJECTS_CLAIM);
    this.skewSeconds = settings.duration(Setting.JWT_CLOCK_SKEW).toSeconds();
    this.maxAge =
        settings
            .span(Setting.JWT_MAX_AGE)
            .map(age -> age.toSeconds() + skewSeconds)
            .orElse((long) Integer.MAX_VALUE);
    JwtConsumerBuilder builder =
        new JwtConsumerBuilder()
            .setExpectedIssuer(settings.text(Setting.JWT_ISSUER))
            .setExpectedAudience(settings.text(Setting.JWT_AUDIENCE))
            .setRequireExpirationTime()
            .setRequireIssuedAt()
            .setAllowedClockSkewInSeconds((int) skewSeconds)
            .setIssuedAtRestrictions((int) skewSeconds, (int) Math.min(Integer.MAX_VALUE, maxAge))
            .setJwsAlgorithmConstraints(
                new AlgorithmConstraints(
                    AlgorithmConstraints.ConstraintType.PERMIT,
                    settings.list(Setting.JWT_ALGORITHMS).toArray(new String[0])));
    String url = settings.text(Setting.JWT_JWKS_URL);
    this.consumer =
        (url.isEmpty()
                ? builder.setVerificationKey(
                    publicKey(Path.of(settings.text(Setting.JWT_PUBLIC_KEY_FILE))))
                : builder.setVerificationKeyResolver(keysAt(url)))
            .build();
  }

  private static HttpsJwksVerificationKeyResolver keysAt(String url) {
    Get get = new Get();
    get.setConnectTimeout(KEYS_TIMEOUT_MILLIS);
    get.setReadTimeout(KEYS_TIMEOUT_MILLIS);
    get.setRetries(0);
    get.setResponseBodySizeLimit(1 << 20);
    HttpsJwks keys = new HttpsJwks(url);
    keys.setSimpleHttpGet(get);
    keys.setDefaultCacheDuration(KEYS_SECONDS);
    keys.setRetainCacheOnErrorDuration(KEYS_KEPT_SECONDS);
    keys.setRefreshReprieveThreshold(KEYS_PAUSE_MILLIS);
    return new HttpsJwksVerificationKeyResolver(keys);
  }

  private static PublicKey publicKey(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new InvalidSettingsException(
          List.of("JWT_PUBLIC_KEY_FILE: cannot be read: " + Printable.line(String.valueOf(e))));
    }
    try {
      if (text.contains("-----BEGIN CERTIFICATE-----")) {
        return CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)))
            .getPublicKey();
      }
      String base64 =
          text.replaceAll("(?s).*-----BEGIN PUBLIC KEY-----(.*?)-----END PUBLIC KEY-----.*", "$1");
      byte[] der = Base64.getMimeDecoder().decode(base64);
      for (String type : KEY_TYPES) {
        PublicKey key = publicKey(type, der);
        if (key != null) {
          return key;
        }
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw noKey(file);
    }
    throw noKey(file);
  }

  private static @Nullable PublicKey publicKey(String type, byte[] der)
      throws GeneralSecurityException {
    try {
      return KeyFactory.getInstance(type).generatePublic(new X509EncodedKeySpec(der));
    } catch (java.security.spec.InvalidKeySpecException e) {
      return null; // a key of another type
    }
  }

  private static InvalidSettingsException noKey(Path file) {
    return new InvalidSettingsException(
        List.of(
            "JWT_PUBLIC_KEY_FILE: \"%s\" holds no public key or certificate in PEM"
                .formatted(Printable.line(file.toString()))));
  }

  /**
   * Who holds a token.
   *
   * @throws RefusedException when it does not let in
   * @throws UnavailableException when the issuer's keys cannot be had to check it
   */
  Reader read(String token) throws RefusedException, UnavailableException {
    if (token.length() > MAX_LENGTH) {
      throw new RefusedException("The token is longer than any", token.length() + " characters");
    }
    try {
      JwtClaims claims = consumer.processToClaims(token);
      return new Reader(name(claims), roles(claims), scope(claims), end(claims), null);
    } catch (InvalidJwtException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof IOException) {
          throw new UnavailableException(Printable.line(String.valueOf(cause)));
        }
      }
      String codes =
          e.getErrorDetails().stream().map(error -> Integer.toString(error.getErrorCode())).toList()
              + "";
      throw new RefusedException(
          e.hasErrorCode(ErrorCodes.EXPIRED) ? "The token has expired" : "The token is not valid",
          "jose4j's error codes " + codes);
    } catch (MalformedClaimException e) {
      throw new RefusedException("The token is not valid", "a claim is of a wrong type");
    }
  }

  /** When it has expired or is too old; open connections end then too. */
  private Instant end(JwtClaims claims) throws MalformedClaimException {
    return Instant.ofEpochSecond(
        Math.min(
            claims.getExpirationTime().getValue() + skewSeconds,
            claims.getIssuedAt().getValue() + maxAge));
  }

  /** As MicroProfile JWT, 1.2.1: upn, else preferred_username, else sub. */
  private static String name(JwtClaims claims) throws MalformedClaimException, RefusedException {
    for (String claim : List.of("upn", "preferred_username", "sub")) {
      if (claims.hasClaim(claim)) {
        String name = claims.getStringClaimValue(claim);
        if (name == null || name.isBlank() || name.length() > MAX_SUBJECTS) {
          throw new RefusedException("The token is not valid", "claim " + claim + " is no name");
        }
        return name;
      }
    }
    throw new RefusedException("The token is not valid", "it names nobody");
  }

  private EnumSet<Role> roles(JwtClaims claims) throws RefusedException {
    EnumSet<Role> roles = EnumSet.noneOf(Role.class);
    Object claim = claim(claims, rolesClaim);
    if (claim != null) {
      // What is no role of ours belongs to other services.
      texts(rolesClaim, claim).forEach(name -> Role.of(name).ifPresent(roles::add));
    }
    return roles;
  }

  private Scope scope(JwtClaims claims) throws RefusedException {
    Object claim = claim(claims, subjectsClaim);
    if (claim == null) {
      if (claims.getClaimsMap().containsKey(subjectsClaim)) {
        throw new RefusedException("The token is not valid", "claim " + subjectsClaim + " is null");
      }
      return Scope.ALL;
    }
    List<String> subjects = texts(subjectsClaim, claim);
    if (subjects.size() > MAX_SUBJECTS) {
      throw new RefusedException(
          "The token names more than %d subjects".formatted(MAX_SUBJECTS), "too many subjects");
    }
    return new Scope(subjects);
  }

  /** A claim by its name, which may have dots, or by the path that the dots are. */
  private static @Nullable Object claim(JwtClaims claims, String name) {
    if (claims.hasClaim(name)) {
      return claims.getClaimValue(name);
    }
    Object found = claims.getClaimsMap();
    for (String step : name.split("\\.", -1)) {
      if (!(found instanceof Map<?, ?> map)) {
        return null;
      }
      found = map.get(step);
    }
    return found;
  }

  private static List<String> texts(String name, Object claim) throws RefusedException {
    if (claim instanceof String text) {
      return List.of(text);
    }
    if (claim instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
      return list.stream().map(String.class::cast).toList();
    }
    throw new RefusedException(
        "The token is not valid", "claim " + name + " is no text and no array of text");
  }

  /** The issuer's keys cannot be had. */
  static final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnavailableException(String cause) {
      super(cause, null, false, false);
    }
  }
}
