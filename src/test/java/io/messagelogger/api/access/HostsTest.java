package io.messagelogger.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.api.Requests;
import io.messagelogger.settings.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A name that leads to this machine makes nobody's page ours. */
class HostsTest {
  private static boolean allowed(String host, Map<String, String> settings) {
    return new Hosts(Settings.from(settings::get))
        .allow(Requests.from("127.0.0.1", "Host: " + host));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "localhost:5000", "LOCALHOST:1", "127.0.0.1:5000", "[::1]:5000"})
  void namesOfThisMachineAreAnsweredTo(String host) {
    assertThat(allowed(host, Map.of())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example:5000",
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "localhost:5000:x",
        "[::1",
        "::1.evil.example",
        ""
      })
  void othersAreNotWhereNobodyHasToSayWhoTheyAre(String host) {
    assertThat(allowed(host, Map.of())).isFalse();
    assertThat(allowed(host, Map.of("ALLOW_ANONYMOUS", "true"))).isTrue();
    assertThat(allowed(host, Map.of("API_KEYS_FILE", "/tmp/keys"))).isTrue();
  }

  @Test
  void whatIsNoBrowserMayLeaveItOut() {
    assertThat(
            new Hosts(Settings.from(name -> null)).allow(Requests.from("127.0.0.1", "Accept: */*")))
        .isTrue();
  }
}
