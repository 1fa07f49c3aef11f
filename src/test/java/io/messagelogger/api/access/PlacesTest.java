package io.messagelogger.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.messagelogger.access.Reader;
import io.messagelogger.access.Role;
import io.messagelogger.access.Scope;
import io.messagelogger.api.Requests;
import io.messagelogger.settings.Settings;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom limits count a request as. */
class PlacesTest {
  private static Places places(String forwarded) {
    return new Places(Settings.from(Map.of("FORWARDED_HEADERS", forwarded)::get));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "off | 192.0.2.1 | X-Forwarded-For: 198.51.100.7 | 192.0.2.1",
        "off | 192.0.2.1 | Forwarded: for=198.51.100.7 | 192.0.2.1",
        "x-forwarded | 192.0.2.1 | X-Forwarded-For: 198.51.100.7 | 198.51.100.7",
        "x-forwarded | 192.0.2.1 | X-Forwarded-For: 10.9.9.9, 198.51.100.7 | 198.51.100.7",
        "x-forwarded | 192.0.2.1 | X-Forwarded-For: 198.51.100.7:4711 | 198.51.100.7",
        "x-forwarded | 192.0.2.1 | X-Forwarded-For: not an address | 192.0.2.1",
        "x-forwarded | 192.0.2.1 | Forwarded: for=198.51.100.7 | 192.0.2.1",
        "forwarded | 192.0.2.1 | X-Forwarded-For: 198.51.100.7 | 192.0.2.1",
        "forwarded | 192.0.2.1 | Forwarded: for=10.9.9.9, for=198.51.100.7;proto=https | 198.51.100.7",
        "forwarded | 192.0.2.1 | Forwarded: proto=https;for=\"[2001:db8:1:2:3::4]:80\" | 20010db800010002",
        "forwarded | 192.0.2.1 | Forwarded: for=_hidden | 192.0.2.1",
        "on | 2001:db8:1:2:aaaa::1 | A: b | 20010db800010002",
        "on | 2001:db8:1:2:bbbb::2 | A: b | 20010db800010002",
        "on | 2001:db8:1:3::1 | A: b | 20010db800010003",
        "on | ::ffff:192.0.2.1 | A: b | 192.0.2.1"
      })
  void whoNeedNotSayWhoTheyAreAreToldApartByAddress(
      String forwarded, String address, String header, String place) {
    assertThat(places(forwarded).of(Requests.from(address, header))).isEqualTo(place);
  }

  @Test
  void ofSeveralHeadersTheLastIsTheProxys() {
    assertThat(
            places("on")
                .of(
                    Requests.from(
                        "192.0.2.1", "X-Forwarded-For: 10.9.9.9", "X-Forwarded-For: 198.51.100.7")))
        .isEqualTo("198.51.100.7");
  }

  @Test
  void aTokenAndAKeyOfOneNameAreTwo() {
    Reader key = new Reader("ann", Set.of(Role.READER), Scope.ALL, null, "a hash");
    Reader token = new Reader("ann", Set.of(Role.READER), Scope.ALL, null, null);
    Reader address = new Reader("192.0.2.1", Set.of(Role.READER), Scope.ALL, null, null);
    assertThat(
            Set.of(
                key.countedAs("192.0.2.1"),
                token.countedAs("192.0.2.1"),
                address.countedAs("192.0.2.1"),
                Reader.ANYONE.countedAs("192.0.2.1")))
        .hasSize(4);
    assertThat(key.countedAs("192.0.2.1")).isEqualTo(key.countedAs("198.51.100.7"));
  }
}
