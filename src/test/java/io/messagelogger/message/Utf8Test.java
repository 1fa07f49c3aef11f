package io.messagelogger.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {
  @ParameterizedTest
  @ValueSource(
      strings = {"", "abc", "\u00fc", "\ufffd", "a\ufffdb", "\ud83d\ude00\ufffd", "\u0000"})
  void textIsTakenAlsoWithAReplacementCharacterOfItsOwn(String text) {
    assertThat(Utf8.decode(text.getBytes(StandardCharsets.UTF_8))).contains(text);
  }

  /** A byte alone, an overlong form, half a surrogate pair, a cut end, beyond Unicode. */
  @ParameterizedTest
  @ValueSource(strings = {"ff", "80", "c080", "eda080", "e282", "f4908080", "efbfbdff", "61ff"})
  void whatIsNoUtf8IsNot(String hex) {
    assertThat(Utf8.decode(HexFormat.of().parseHex(hex))).isEmpty();
  }
}
