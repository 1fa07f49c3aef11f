package io.messagelogger.message;

import io.messagelogger.testing.Sample;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * JSON texts in the manner of nst/JSONTestSuite, made here: valid ones ({@code y_}), invalid ones
 * ({@code n_}) and those on which RFC 8259 leaves the verdict to the reader ({@code i_}).
 */
final class JsonCorpus {
  /** What this service does with a text. */
  enum Verdict {
    /** It is read, and kept as it is. */
    READ,
    /** It is no JSON. */
    INVALID,
    /** It is JSON, but the database would refuse or change it. */
    AGAINST_THE_RULES
  }

  /** A text and what becomes of it. The name starts with the kind. */
  record Case(String name, byte[] json, Verdict verdict) {
    String text() {
      return new String(json, StandardCharsets.UTF_8);
    }

    /** An otherwise valid message with this text as its last value. */
    byte[] inside(String key) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      String message = Sample.required().json();
      out.writeBytes(Sample.utf8(message.substring(0, message.length() - 1) + ",\"" + key + "\":"));
      out.writeBytes(json);
      out.write('}');
      return out.toByteArray();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** Rules that the parser holds, not the checks after it. */
  private static final Pattern RULE =
      Pattern.compile("Duplicate Object property|nesting depth|surrogate.* in property name");

  private final List<Case> cases = new ArrayList<>();

  private JsonCorpus() {}

  static List<Case> cases() {
    JsonCorpus corpus = new JsonCorpus();
    corpus.structures();
    corpus.whiteSpace();
    corpus.prefixes();
    corpus.numbers();
    corpus.strings();
    corpus.encodings();
    corpus.rules();
    corpus.cases.addAll(JsonTestSuiteKinds.cases());
    return List.copyOf(corpus.cases);
  }

  /** What a reader's rejection says of the JSON text in the message. */
  static Verdict verdict(RejectedMessageException rejection) {
    return rejection.pointer().isEmpty() && !RULE.matcher(rejection.getMessage()).find()
        ? Verdict.INVALID
        : Verdict.AGAINST_THE_RULES;
  }

  private void structures() {
    valid("literal", "true", "false", "null");
    valid("array", "[]", "[[]]", "[[],[[]]]", "[null]", "[1,null,\"a\",true]", "[\"\"]", "[{}]");
    valid("object", "{}", "{\"\":0}", "{\"a\":{}}", "{\"a\":[]}", "{\"a\":1,\"b\":null}");
    valid("object_keys_that_differ", "{\"a\":1,\"A\":2,\"a \":3}", "{\"a\":{\"a\":{\"a\":1}}}");
    valid(
        "nesting",
        "[".repeat(500) + "]".repeat(500),
        "{\"a\":".repeat(500) + "1" + "}".repeat(500));
    valid("long", "[" + "1,".repeat(10_000) + "1]", "\"" + "a".repeat(100_000) + "\"");
    invalid("literal", "nul", "nulll", "tru", "True", "NULL", "fals", "undefined", "nil", "none");
    invalid("nothing", "", " ", "\n");
    invalid("array_comma", "[,]", "[1,]", "[,1]", "[1,,2]", "[1,],", "[\"\"],", ",[1]", "[1 2]");
    invalid("array_open", "[", "[1", "[1,", "[\"a", "[\"a\"", "[[]", "[nul", "[{}", "[1}", "[1:2]");
    invalid("array_close", "]", "[1]]", "[]]", "[][]", "[]x", "[1]1", "1]", "[}", "[a]", "[*]");
    invalid(
        "object_comma",
        "{,}",
        "{\"a\":1,}",
        "{,\"a\":1}",
        "{\"a\":1,,\"b\":2}",
        "{\"a\":1 \"b\":2}");
    invalid("object_colon", "{\"a\"}", "{\"a\":}", "{\"a\"::1}", "{\"a\" 1}", "{:1}", "{\"a\",1}");
    invalid("object_key", "{a:1}", "{'a':1}", "{1:1}", "{null:1}", "{[]:1}", "{\"a\":1,b:2}");
    invalid("object_close", "}", "{}}", "{\"a\":1}}", "{]", "{\"a\":1]", "{}{}", "{} {}", "{}x");
    invalid("comment", "/**/1", "1/**/", "[1,/* */2]", "//\n1", "1//", "#\n1", "{\"a\":/**/1}");
    invalid("other_notations", "<a/>", "*", "$", "%", "'a'", "(1)", "[1;2]", "NaN", "Infinity");
    invalid("garbage", "[1]x", "1 2", "true false", "truefalse", "[true1]", "\"a\"\"b\"", "\"a\"x");
    invalid("nesting", "[".repeat(100_000), "{\"a\":".repeat(100_000), "[{\"\":".repeat(50_000));
  }

  private void whiteSpace() {
    for (String space : List.of(" ", "\t", "\n", "\r", "\r\n \t")) {
      String all = String.join(space, "", "{", "\"a\"", ":", "[", "1", ",", "null", "]", "}", "");
      valid("white_space", all);
    }
    for (int space :
        List.of(
            0x0b, 0x0c, 0x00, 0x85, 0xa0, 0x1680, 0x2003, 0x2028, 0x2029, 0x200b, 0x2060, 0x3000,
            0xfeff)) {
      String character = Character.toString(space);
      invalid(
          "white_space", character + "1", "[1" + character + ",2]", "{\"a\"" + character + ":1}");
    }
  }

  /** An object that breaks off anywhere is none. */
  private void prefixes() {
    String whole = "{\"k\\u00e9y\":[-1.5e+3,true,false,null,{\"a\":\"\\n\"}]}";
    valid("whole", whole);
    for (int length = 1; length < whole.length(); length++) {
      invalid("prefix", whole.substring(0, length));
    }
  }

  private void numbers() {
    for (String sign : List.of("", "-")) {
      for (String integer : List.of("0", "7", "10", "1234567890123456789012345678901234567890")) {
        for (String fraction : List.of("", ".0", ".50", ".000001")) {
          for (String exponent : List.of("", "e0", "E+10", "e-007")) {
            valid("number", sign + integer + fraction + exponent);
          }
        }
      }
    }
    invalid("number_sign", "+1", "--1", "-", "- 1", "-a", "+-1", "1-", "1+2", "−1");
    invalid("number_zero", "01", "-01", "00", "-00.5", "012", "0x1", "0b1", "0o7", "-0x1");
    invalid("number_point", ".5", "-.5", "5.", "-5.", "1..2", "1.2.3", ".", "1.e5", ".e1", "1,5");
    invalid("number_exponent", "1e", "1e+", "1E-", "1ee2", "1e1.5", "e5", "1e 5", "1e+-5", "1.0e");
    invalid("number_suffix", "1a", "1_000", "1f", "1L", "1n", "0xff", "1 000", "1%", "1e5x");
    invalid("number_name", "Inf", "-Infinity", "+Infinity", "nan", "-NaN", "[NaN]", "[-Infinity]");
    invalid("number_digits", "1١", "٣", "１２", "1\u0000");
    verdict("i_number_within_numeric", Verdict.READ, "1e400", "1e131071", "1e-16383", "-1e400");
    verdict(
        "i_number_beyond_numeric",
        Verdict.AGAINST_THE_RULES,
        "1e131072",
        "1e-16384",
        "1e99999999999",
        "[-1e99999999999]",
        "{\"a\":1e-99999999999}");
  }

  private void strings() {
    for (char escape : "\"\\/bfnrt".toCharArray()) {
      valid("string_escape", "\"a\\" + escape + "b\"");
    }
    for (char other = '!'; other <= '~'; other++) {
      if ("\"\\/bfnrtu".indexOf(other) < 0) {
        invalid("string_escape", "\"a\\" + other + "b\"");
      }
    }
    for (char control = 0; control < ' '; control++) {
      invalid("string_control", "\"a" + control + "b\"");
    }
    valid("string_del", "\"\u007f\"", "\"\u0080\u009f\"");
    valid(
        "string_unicode",
        "\"é€😀\"",
        "\"\u2028\u2029\"",
        "\"\uFEFF\"",
        "\"\uFFFE\uFFFF\"",
        "\"\uE000\"");
    valid("string_unicode_escape", "\"\\u0041\"", "\"\\uFFFF\"", "\"\\uabCD\"", "\"\\u001f\"");
    valid("string_pair", "\"\\ud83d\\ude00\"", "\"\\uDBFF\\uDFFF\"", "\"\\uD800\\uDC00x\"");
    valid("string_backslash", "\"\\\\u0000\"", "\"\\\\\\\\\"", "\"\\\"\"", "\"/\"", "\"'\"");
    valid("object_key", "{\"\\u0041\":1}", "{\"\\n\":1}", "{\"\\\"\":1}", "{\"😀\":\"é\"}");
    invalid(
        "string_unicode_escape", "\"\\u\"", "\"\\u1\"", "\"\\u12\"", "\"\\u123\"", "\"\\u123g\"");
    invalid(
        "string_unicode_escape",
        "\"\\U0041\"",
        "\"\\x41\"",
        "\"\\u{41}\"",
        "\"\\u 041\"",
        "\"\\u-041\"");
    // Each of these letters is a hexadecimal digit to a reader that looks at its low byte only.
    invalid("string_wide_digit", "\"\\uİ041\"", "\"\\u0ı41\"", "\"\\u00š1\"", "\"\\u004ἵ\"");
    invalid("string_wide_digit", "{\"\\u004ı\":1}", "\"\\ud83d\\ude0İ\"", "\"\\u００４１\"");
    invalid("string_pair", "\"\\ud83d\\u\"", "\"\\ud83d\\u1\"", "\"\\ud83d\\u1x\"", "\"\\ud83d\\");
    invalid("string_open", "\"", "\"a", "\"a\\\"", "\"\\", "a\"", "'a'", "\"a'", "`a`", "“a”");
    invalid("string_new_line", "\"a\nb\"", "\"a\rb\"", "\"a\\\nb\"", "{\"a\nb\":1}");
  }

  private void encodings() {
    for (String hex :
        List.of(
            "80",
            "bf",
            "c080",
            "c1bf",
            "e08080",
            "f0808080",
            "eda080",
            "edbfbf",
            "eda0bdedb880",
            "f4908080",
            "f888808080",
            "c3",
            "e282",
            "f09f98",
            "c328",
            "e9",
            "fe",
            "ff")) {
      String name = "i_string_bytes_" + hex;
      cases.add(new Case(name, bytes("22" + hex + "22"), Verdict.INVALID));
      cases.add(new Case(name + "_in_key", bytes("7b22" + hex + "223a317d"), Verdict.INVALID));
    }
    cases.add(new Case("n_bytes_alone", bytes("e9"), Verdict.INVALID));
    cases.add(new Case("n_bytes_after", bytes("31ff"), Verdict.INVALID));
    cases.add(new Case("i_byte_order_mark", bytes("efbbbf7b7d"), Verdict.INVALID));
    cases.add(new Case("n_byte_order_mark_alone", bytes("efbbbf"), Verdict.INVALID));
    cases.add(new Case("n_byte_order_mark_cut", bytes("efbb7b7d"), Verdict.INVALID));
    cases.add(new Case("i_utf_16", "[\"é\"]".getBytes(StandardCharsets.UTF_16), Verdict.INVALID));
    cases.add(
        new Case("i_utf_16be", "[\"é\"]".getBytes(StandardCharsets.UTF_16BE), Verdict.INVALID));
    cases.add(
        new Case("i_utf_16le", "[\"é\"]".getBytes(StandardCharsets.UTF_16LE), Verdict.INVALID));
  }

  private void rules() {
    Verdict refused = Verdict.AGAINST_THE_RULES;
    verdict("y_object_duplicate", refused, "{\"a\":1,\"a\":1}", "{\"a\":1,\"b\":2,\"a\":3}");
    verdict("y_object_duplicate_nested", refused, "[{\"a\":{\"b\":1,\"\\u0062\":2}}]");
    verdict("y_string_nul", refused, "\"\\u0000\"", "[\"a\\u0000\"]", "{\"\\u0000\":1}");
    verdict("i_string_lone_high", refused, "\"\\ud800\"", "\"\\uDBFFx\"", "\"\\ud83d\\n\"");
    verdict("i_string_lone_low", refused, "\"\\udc00\"", "[\"a\\uDFFF\"]", "{\"\\udead\":1}");
    verdict("i_string_reversed", refused, "\"\\ude00\\ud83d\"", "\"\\ud83d\\ud83d\\ude00\"");
    verdict("i_nesting", refused, "[".repeat(501) + "]".repeat(501));
  }

  private void valid(String name, String... texts) {
    verdict("y_" + name, Verdict.READ, texts);
  }

  private void invalid(String name, String... texts) {
    verdict("n_" + name, Verdict.INVALID, texts);
  }

  private void verdict(String name, Verdict verdict, String... texts) {
    for (String text : texts) {
      String shown = text.length() <= 60 ? text : text.substring(0, 60) + "…";
      cases.add(
          new Case(name + " " + printable(shown), text.getBytes(StandardCharsets.UTF_8), verdict));
    }
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  /** The text in characters that any report can show. */
  private static String printable(String text) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c <= '~') {
        shown.append(c);
      } else {
        shown.append("<%04x>".formatted((int) c));
      }
    }
    return shown.toString();
  }
}
