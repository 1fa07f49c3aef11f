package io.messagelogger.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.settings.Settings;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Addresses as clients know them, behind whatever proxy. */
class LinksTest {
  private static final Links BEHIND_A_PROXY = links("on");

  private static Links links(String forwarded) {
    return new Links(Settings.from(Map.of("FORWARDED_HEADERS", forwarded)::get));
  }

  /** A request to http://inner:5000/messages?topic=a with headers, each as "name: value". */
  private static HttpServletRequest request(String... headers) {
    return Requests.from(
        "192.0.2.1",
        Stream.concat(Stream.of("Host: inner:5000"), Arrays.stream(headers))
            .toArray(String[]::new));
  }

  @Test
  void withoutAProxyALinkIsAPathAndALocationIsWhatTheClientAskedFor() {
    Links links = links("off");
    HttpServletRequest request =
        request("X-Forwarded-Host: evil.example", "Forwarded: host=evil.example;proto=https");
    assertThat(links.page(request, "C", "next"))
        .isEqualTo("</messages?topic=a&after=C>; rel=\"next\"");
    assertThat(links.absolute(request, "/messages/1")).isEqualTo("http://inner:5000/messages/1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X-Forwarded-Proto: https | https://inner:5000",
        "X-Forwarded-Host: api.example | http://api.example",
        "X-Forwarded-Host: api.example:8443 | http://api.example:8443",
        "X-Forwarded-Host: api.example, middle.example | http://api.example",
        "X-Forwarded-Host: [2001:db8::1] | http://[2001:db8::1]",
        "X-Forwarded-Host: [2001:db8::1]:8443 | http://[2001:db8::1]:8443",
        "X-Forwarded-Prefix: /logger | http://inner:5000/logger",
        "X-Forwarded-Prefix: /logger/ | http://inner:5000/logger",
        "X-Forwarded-Prefix: /a/b, /c | http://inner:5000/a/b",
        "Forwarded: host=api.example;proto=https | https://api.example",
        "Forwarded: for=192.0.2.43;proto=https;host=\"api.example:8443\" | https://api.example:8443",
        "Forwarded: FOR=192.0.2.43; Proto=HTTPS; Host=api.example | https://api.example",
        "Forwarded: for=\"[2001:db8::1]:4711\";host=\"[2001:db8::2]:444\";proto=https | https://[2001:db8::2]:444",
        "Forwarded: host=api.example;proto=https, host=middle;proto=http | https://api.example",
        "Forwarded: for=192.0.2.43 | http://inner:5000",
        "Forwarded: for=\"_a,b\";host=api.example;proto=https | https://api.example",
        "Forwarded: | http://inner:5000"
      })
  void theWordOfTheProxyThatIsNearestToTheClientIsTaken(String header, String base) {
    HttpServletRequest request = request(header);
    assertThat(BEHIND_A_PROXY.absolute(request, "/messages/1")).isEqualTo(base + "/messages/1");
    assertThat(BEHIND_A_PROXY.page(request, "C", "next"))
        .isEqualTo("<" + base + "/messages?topic=a&after=C>; rel=\"next\"");
  }

  @ParameterizedTest
  @CsvSource({
    "https, 443, https://api.example",
    "https, 8443, https://api.example:8443",
    "http, 80, http://api.example",
    "http, 443, http://api.example:443",
    "https, 8443x, https://api.example",
    "https, 8443/x, https://api.example"
  })
  void aPortOfItsOwnIsAddedWhereItIsNotTheUsualOne(String scheme, String port, String base) {
    assertThat(
            BEHIND_A_PROXY.absolute(
                request(
                    "X-Forwarded-Proto: " + scheme,
                    "X-Forwarded-Host: api.example",
                    "X-Forwarded-Port: " + port),
                ""))
        .isEqualTo(base);
  }

  @Test
  void theStandardHeaderCountsMoreThanTheOthers() {
    assertThat(
            BEHIND_A_PROXY.absolute(
                request(
                    "X-Forwarded-Proto: http",
                    "X-Forwarded-Host: old.example",
                    "X-Forwarded-Port: 81",
                    "Forwarded: host=new.example;proto=https"),
                "/"))
        .isEqualTo("https://new.example/");
  }

  /** What the proxy does not set may come from the client. */
  @Test
  void theOtherKindOfHeaderIsNotBelieved() {
    HttpServletRequest request =
        request(
            "X-Forwarded-Proto: https",
            "X-Forwarded-Host: x.example",
            "X-Forwarded-Port: 8443",
            "X-Forwarded-Prefix: /p",
            "Forwarded: host=standard.example;proto=http");
    assertThat(links("x-forwarded").absolute(request, "/")).isEqualTo("https://x.example:8443/p/");
    assertThat(links("forwarded").absolute(request, "/")).isEqualTo("http://standard.example/p/");
  }

  /** Whoever writes such a header gets no link that leads to where it says. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X-Forwarded-Host: evil.example/path?",
        "X-Forwarded-Host: evil.example>; rel=\"x\"",
        "X-Forwarded-Host: user@evil.example",
        "X-Forwarded-Host: evil.example:port",
        "X-Forwarded-Host: evil:1:2",
        "X-Forwarded-Host: [evil.example]",
        "Forwarded: host=\"evil.example/\""
      })
  void aHostThatIsNoneIsNotTaken(String header) {
    HttpServletRequest request = request(header);
    assertThat(BEHIND_A_PROXY.page(request, "C", "next"))
        .isEqualTo("</messages?topic=a&after=C>; rel=\"next\"");
    assertThat(BEHIND_A_PROXY.absolute(request, "/messages/1"))
        .isEqualTo("http://inner:5000/messages/1");
  }

  @ParameterizedTest
  @CsvSource({
    "X-Forwarded-Prefix: logger",
    "X-Forwarded-Prefix: //evil.example",
    "X-Forwarded-Prefix: /a//b",
    "X-Forwarded-Prefix: /a b",
    "X-Forwarded-Prefix: /a?b",
    "X-Forwarded-Proto: javascript",
    "X-Forwarded-Proto: 'ht tps'"
  })
  void aPrefixOrASchemeThatIsNoneIsNotTaken(String header) {
    assertThat(BEHIND_A_PROXY.absolute(request(header), "/messages/1"))
        .isEqualTo("http://inner:5000/messages/1");
  }
}
