package io.messagelogger.api.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.messagelogger.access.Reader;
import io.messagelogger.access.Role;
import io.messagelogger.access.Scope;
import io.messagelogger.settings.Settings;
import io.messagelogger.testing.Issuer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a token becomes of who holds it. */
class TokensTest {
  private static final PublicJsonWebKey KEY = Issuer.rsa();
  @TempDir static Path folder;
  private static Path pem;

  @BeforeAll
  static void writeKey() throws Exception {
    pem = folder.resolve("key.pem");
    Files.writeString(
        pem,
        "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
            .formatted(
                java.util.Base64.getMimeEncoder().encodeToString(KEY.getPublicKey().getEncoded())));
  }

  private static Tokens tokens(String... namesAndValues) {
    Map<String, String> values =
        new HashMap<>(
            Map.of(
                "JWT_ISSUER",
                Issuer.NAME,
                "JWT_AUDIENCE",
                Issuer.AUDIENCE,
                "JWT_PUBLIC_KEY_FILE",
                pem.toString(),
                "JWT_CLOCK_SKEW",
                "10"));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return new Tokens(Settings.from(values::get));
  }

  private static Reader read(Tokens tokens, JwtClaims claims) throws Exception {
    return tokens.read(Issuer.sign(claims.toJson(), KEY, "RS256", Map.of()));
  }

  private static JwtClaims claims(long issuedAgo, long expiresIn) {
    long now = Instant.now().getEpochSecond();
    JwtClaims claims = Issuer.claims("anna", "reader");
    claims.setIssuedAt(NumericDate.fromSeconds(now - issuedAgo));
    claims.setExpirationTime(NumericDate.fromSeconds(now + expiresIn));
    return claims;
  }

  @Test
  void endsWhenItExpiresOrIsTooOldWhateverComesFirst() throws Exception {
    JwtClaims old = claims(3_000, 86_400);
    JwtClaims brief = claims(3_000, 60);
    Tokens limited = tokens("JWT_MAX_AGE", "1h");
    Tokens unlimited = tokens("JWT_MAX_AGE", "off");

    assertThat(read(limited, old).expires())
        .isEqualTo(Instant.ofEpochSecond(old.getIssuedAt().getValue() + 3_600 + 10));
    assertThat(read(limited, brief).expires())
        .isEqualTo(Instant.ofEpochSecond(brief.getExpirationTime().getValue() + 10));
    assertThat(read(unlimited, old).expires())
        .isEqualTo(Instant.ofEpochSecond(old.getExpirationTime().getValue() + 10));
  }

  @Test
  void whatIsTooOldIsRefused() {
    Tokens limited = tokens("JWT_MAX_AGE", "1h");
    assertThatThrownBy(() -> read(limited, claims(4_000, 86_400)))
        .isInstanceOf(RefusedException.class)
        .hasMessage("The token is not valid");
    assertThatThrownBy(() -> read(limited, claims(4_000, -60)))
        .isInstanceOf(RefusedException.class)
        .hasMessage("The token has expired");
  }

  @Test
  void namesItsHolderAsMicroProfileDoes() throws Exception {
    Tokens tokens = tokens();
    JwtClaims claims = claims(0, 60);
    assertThat(read(tokens, claims).name()).isEqualTo("anna");
    claims.setStringClaim("preferred_username", "anna.b");
    assertThat(read(tokens, claims).name()).isEqualTo("anna.b");
    claims.setStringClaim("upn", "anna@example.org");
    assertThat(read(tokens, claims).name()).isEqualTo("anna@example.org");
    claims.setStringClaim("upn", " ");
    assertThatThrownBy(() -> read(tokens, claims)).isInstanceOf(RefusedException.class);
  }

  @Test
  void findsRolesBehindDotsAndLeavesThoseOfOthersAlone() throws Exception {
    JwtClaims claims = claims(0, 60);
    claims.setClaim("realm_access", Map.of("roles", List.of("writer", "offline_access")));
    claims.setClaim("a.b", "operator");
    assertThat(read(tokens("JWT_ROLES_CLAIM", "realm_access.roles"), claims).roles())
        .containsExactly(Role.WRITER);
    assertThat(read(tokens("JWT_ROLES_CLAIM", "a.b"), claims).roles())
        .containsExactly(Role.OPERATOR);
    assertThat(read(tokens("JWT_ROLES_CLAIM", "realm_access.none"), claims).roles()).isEmpty();
    assertThatThrownBy(() -> read(tokens("JWT_ROLES_CLAIM", "realm_access"), claims))
        .isInstanceOf(RefusedException.class);
  }

  @Test
  void aClaimOfSubjectsThatIsNoListLetsNobodySeeEverything() throws Exception {
    JwtClaims claims = claims(0, 60);
    assertThat(read(tokens(), claims).scope()).isEqualTo(Scope.ALL);
    claims.setClaim("subjects", List.of());
    assertThat(read(tokens(), claims).scope().all()).isFalse();
    List<Object> wrong = new ArrayList<>(Collections.nCopies(1_001, "a"));
    for (Object value : new Object[] {List.of("a", 1), 7, Map.of("a", "b"), wrong}) {
      claims.setClaim("subjects", value);
      assertThatThrownBy(() -> read(tokens(), claims))
          .as("%s", value)
          .isInstanceOf(RefusedException.class);
    }
    claims.setClaim("subjects", null);
    assertThatThrownBy(() -> read(tokens(), claims)).isInstanceOf(RefusedException.class);
  }
}
