package io.messagelogger.message;

import io.messagelogger.message.JsonCorpus.Case;
import io.messagelogger.message.JsonCorpus.Verdict;
import io.messagelogger.testing.Sample;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The kinds of nst/JSONTestSuite, one for each file of its {@code test_parsing}, made here: a kind
 * has the name of the file and a text of our own that is valid, wrong or disputed for the same
 * reason. Where it is an element that is so, the element stands alone, in an array and in an
 * object. What becomes of them:
 *
 * <table>
 *   <caption>Kinds and verdicts</caption>
 *   <tr><th>kinds</th><th>verdict</th><th>why</th></tr>
 *   <tr><td>{@code y_}, 91 of 95</td><td>read</td><td>it is JSON</td></tr>
 *   <tr><td>{@code y_object_duplicated_*}</td><td>rule</td><td>jsonb keeps the last one only</td></tr>
 *   <tr><td>{@code y_*null*} with an escaped NUL</td><td>rule</td><td>jsonb refuses it</td></tr>
 *   <tr><td>{@code n_}, all 188</td><td>invalid</td><td>it is no JSON</td></tr>
 *   <tr><td>{@code i_number_*}, 8 of 10</td><td>read</td><td>numeric keeps every digit</td></tr>
 *   <tr><td>{@code i_number_*}, beyond numeric</td><td>rule</td><td>jsonb refuses it</td></tr>
 *   <tr><td>{@code i_*}, half a surrogate pair escaped</td><td>rule</td><td>jsonb refuses it</td></tr>
 *   <tr><td>{@code i_*}, other encodings, byte order marks</td><td>invalid</td><td>RFC 8259, 8.1</td></tr>
 *   <tr><td>{@code i_structure_500_nested_arrays}</td><td>read</td><td>500 is the limit</td></tr>
 * </table>
 */
final class JsonTestSuiteKinds {
  private final List<Case> cases = new ArrayList<>();

  private JsonTestSuiteKinds() {}

  static List<Case> cases() {
    JsonTestSuiteKinds kinds = new JsonTestSuiteKinds();
    kinds.validStructures();
    kinds.validNumbers();
    kinds.validStrings();
    kinds.refusedByTheRules();
    kinds.invalidArrays();
    kinds.invalidLiterals();
    kinds.invalidNumbers();
    kinds.invalidObjects();
    kinds.invalidStrings();
    kinds.invalidStructures();
    kinds.disputedNumbers();
    kinds.disputedStrings();
    kinds.disputedEncodings();
    return List.copyOf(kinds.cases);
  }

  /** The file of the suite whose kind this case is. */
  static String kind(Case sample) {
    return sample.name().substring(0, sample.name().indexOf(' '));
  }

  private void validStructures() {
    whole("y_array_arraysWithSpaces", Verdict.READ, "[ []  ,[ ] ]");
    element("y_array_empty-string", Verdict.READ, "\"\"");
    element("y_array_empty", Verdict.READ, "[]");
    whole("y_array_ending_with_newline", Verdict.READ, "[\"end\"\n]\n");
    element("y_array_false", Verdict.READ, "false");
    whole("y_array_heterogeneous", Verdict.READ, "[{\"k\":[]},\"2\",2,true,null]");
    element("y_array_null", Verdict.READ, "null");
    whole("y_array_with_1_and_newline", Verdict.READ, "[7\n]");
    whole("y_array_with_leading_space", Verdict.READ, "  [8]");
    whole("y_array_with_several_null", Verdict.READ, "[null,null,6,null]");
    whole("y_array_with_trailing_space", Verdict.READ, "[9]  ");
    whole("y_object", Verdict.READ, "{\"one\":\"eins\" , \"two\":\"zwei\"}");
    whole("y_object_basic", Verdict.READ, "{\"one\":\"eins\"}");
    whole("y_object_empty", Verdict.READ, "{}");
    whole("y_object_empty_key", Verdict.READ, "{\"\":\"nameless\"}");
    whole("y_object_extreme_numbers", Verdict.READ, "{\"low\":-9.5e+30,\"high\":9.5e+30}");
    String text = "\"" + "long".repeat(40) + "\"";
    whole(
        "y_object_long_strings", Verdict.READ, "{\"a\":[{\"b\":" + text + "}],\"b\":" + text + "}");
    whole("y_object_simple", Verdict.READ, "{\"list\":[]}");
    whole(
        "y_object_string_unicode",
        Verdict.READ,
        "{\"\\u03b1\\u03b2\":\"\\u03a9\\u043c\\u0435\\u0433\\u0430\"}");
    whole("y_object_with_newlines", Verdict.READ, "{\n\"k\"\n:\n\"v\"\n}");
    whole("y_structure_lonely_false", Verdict.READ, "false");
    whole("y_structure_lonely_int", Verdict.READ, "17");
    whole("y_structure_lonely_negative_real", Verdict.READ, "-2.5");
    whole("y_structure_lonely_null", Verdict.READ, "null");
    whole("y_structure_lonely_string", Verdict.READ, "\"alone\"");
    whole("y_structure_lonely_true", Verdict.READ, "true");
    whole("y_structure_string_empty", Verdict.READ, "\"\"");
    whole("y_structure_trailing_newline", Verdict.READ, "[\"last\"]\n\n");
    element("y_structure_true_in_array", Verdict.READ, "true");
    whole("y_structure_whitespace_array", Verdict.READ, "\t[\r\n] ");
  }

  private void validNumbers() {
    element("y_number", Verdict.READ, "321e54");
    element("y_number_0e+1", Verdict.READ, "0e+3");
    element("y_number_0e1", Verdict.READ, "0e3");
    element("y_number_after_space", Verdict.READ, " 5");
    element("y_number_double_close_to_zero", Verdict.READ, "-0." + "0".repeat(90) + "2");
    element("y_number_int_with_exp", Verdict.READ, "30e2");
    element("y_number_minus_zero", Verdict.READ, "-0");
    element("y_number_negative_int", Verdict.READ, "-456");
    element("y_number_negative_one", Verdict.READ, "-1");
    element("y_number_negative_zero", Verdict.READ, "-0.0");
    element("y_number_real_capital_e", Verdict.READ, "4E11");
    element("y_number_real_capital_e_neg_exp", Verdict.READ, "4E-3");
    element("y_number_real_capital_e_pos_exp", Verdict.READ, "4E+3");
    element("y_number_real_exponent", Verdict.READ, "456e32");
    element("y_number_real_fraction_exponent", Verdict.READ, "456.125e17");
    element("y_number_real_neg_exp", Verdict.READ, "4e-3");
    element("y_number_real_pos_exponent", Verdict.READ, "4e+3");
    element("y_number_simple_int", Verdict.READ, "456");
    element("y_number_simple_real", Verdict.READ, "456.987654");
  }

  private void validStrings() {
    element("y_string_1_2_3_bytes_UTF-8_sequences", Verdict.READ, "\"\\u0041\\u00e4\\u20AC\"");
    element("y_string_accepted_surrogate_pair", Verdict.READ, "\"\\uD83D\\ude80\"");
    element("y_string_accepted_surrogate_pairs", Verdict.READ, "\"\\ud83c\\udf0d\\ud83d\\ude80\"");
    element("y_string_allowed_escapes", Verdict.READ, "\"\\t\\r\\n\\f\\b\\/\\\\\\\"\"");
    element("y_string_backslash_and_u_escaped_zero", Verdict.READ, "\"a\\\\u0000\"");
    element("y_string_backslash_doublequotes", Verdict.READ, "\"\\\"\\\"\"");
    element("y_string_comments", Verdict.READ, "\"/*no*/ // comment\"");
    element("y_string_double_escape_a", Verdict.READ, "\"\\\\a\\\\\"");
    element("y_string_double_escape_n", Verdict.READ, "\"\\\\n\\\\\"");
    element("y_string_escaped_control_character", Verdict.READ, "\"\\u001b\"");
    element("y_string_escaped_noncharacter", Verdict.READ, "\"\\ufffF\"");
    element("y_string_in_array", Verdict.READ, "\"in\"");
    element("y_string_in_array_with_leading_space", Verdict.READ, "  \"in\"");
    element("y_string_last_surrogates_1_and_2", Verdict.READ, "\"\\udbff\\udfff\"");
    element("y_string_nbsp_uescaped", Verdict.READ, "\"a\\u00a0b\"");
    element("y_string_nonCharacterInUTF-8_U+10FFFF", Verdict.READ, quoted(0x10ffff));
    element("y_string_nonCharacterInUTF-8_U+FFFF", Verdict.READ, quoted(0xffff));
    element("y_string_one-byte-utf-8", Verdict.READ, "\"\\u003b\"");
    element("y_string_pi", Verdict.READ, quoted(0x3c0));
    element("y_string_reservedCharacterInUTF-8_U+1BFFF", Verdict.READ, quoted(0x1bfff));
    element("y_string_simple_ascii", Verdict.READ, "\"plain \"");
    element("y_string_space", Verdict.READ, "\" \"");
    element(
        "y_string_surrogates_U+1D11E_MUSICAL_SYMBOL_G_CLEF", Verdict.READ, "\"\\ud834\\udd1E\"");
    element("y_string_three-byte-utf-8", Verdict.READ, "\"\\u0939\"");
    element("y_string_two-byte-utf-8", Verdict.READ, "\"\\u0159\"");
    element("y_string_u+2028_line_sep", Verdict.READ, quoted(0x2028));
    element("y_string_u+2029_par_sep", Verdict.READ, quoted(0x2029));
    element("y_string_uEscape", Verdict.READ, "\"\\u0062\\u30c6\\u30B9\\u30c8\"");
    element("y_string_uescaped_newline", Verdict.READ, "\"a\\u000ab\"");
    element("y_string_unescaped_char_delete", Verdict.READ, quoted(0x7f));
    element("y_string_unicode", Verdict.READ, "\"\\uA4F7\"");
    element("y_string_unicodeEscapedBackslash", Verdict.READ, "\"\\u005c\"");
    element("y_string_unicode_2", Verdict.READ, "\"⌘㌔⌘\"");
    element("y_string_unicode_U+10FFFE_nonchar", Verdict.READ, "\"\\udbff\\udffe\"");
    element("y_string_unicode_U+1FFFE_nonchar", Verdict.READ, "\"\\ud83f\\udffe\"");
    element("y_string_unicode_U+200B_ZERO_WIDTH_SPACE", Verdict.READ, "\"a\\u200bb\"");
    element("y_string_unicode_U+2064_invisible_plus", Verdict.READ, "\"a\\u2064b\"");
    element("y_string_unicode_U+FDD0_nonchar", Verdict.READ, "\"\\ufdd0\"");
    element("y_string_unicode_U+FFFE_nonchar", Verdict.READ, "\"\\ufffe\"");
    element("y_string_unicode_escaped_double_quote", Verdict.READ, "\"a\\u0022b\"");
    element("y_string_utf8", Verdict.READ, "\"£𝄢\"");
    element("y_string_with_del_character", Verdict.READ, "\"x\u007fy\"");
  }

  private void refusedByTheRules() {
    Verdict refused = Verdict.AGAINST_THE_RULES;
    whole("y_object_duplicated_key", refused, "{\"k\":\"v\",\"k\":\"w\"}");
    whole("y_object_duplicated_key_and_value", refused, "{\"k\":\"v\",\"k\":\"v\"}");
    whole("y_object_escaped_null_in_key", refused, "{\"k\\u0000k\":17}");
    element("y_string_null_escape", refused, "\"a\\u0000\"");
  }

  private void invalidArrays() {
    whole("n_array_1_true_without_comma", Verdict.INVALID, "[2 false]");
    element("n_array_a_invalid_utf8", Verdict.INVALID, "b", "e5");
    whole("n_array_colon_instead_of_comma", Verdict.INVALID, "[\"k\":2]");
    whole("n_array_comma_after_close", Verdict.INVALID, "[\"v\"] ,");
    whole("n_array_comma_and_number", Verdict.INVALID, "[ ,2]");
    whole("n_array_double_comma", Verdict.INVALID, "[3,,4]");
    whole("n_array_double_extra_comma", Verdict.INVALID, "[\"v\",,]");
    whole("n_array_extra_close", Verdict.INVALID, "[\"v\"]]");
    whole("n_array_extra_comma", Verdict.INVALID, "[\"v\",]");
    whole("n_array_incomplete", Verdict.INVALID, "[\"v\"");
    whole("n_array_incomplete_invalid_value", Verdict.INVALID, "[v");
    whole("n_array_inner_array_no_comma", Verdict.INVALID, "[5[6]]");
    element("n_array_invalid_utf8", Verdict.INVALID, "", "fe");
    whole("n_array_items_separated_by_semicolon", Verdict.INVALID, "[3:4]", "[3;4]");
    whole("n_array_just_comma", Verdict.INVALID, "[ , ]");
    whole("n_array_just_minus", Verdict.INVALID, "[ - ]");
    whole("n_array_missing_value", Verdict.INVALID, "[ ,\"v\"]");
    whole("n_array_newlines_unclosed", Verdict.INVALID, "[\"v\",\n5\n,2,");
    whole("n_array_number_and_comma", Verdict.INVALID, "[5,]");
    whole("n_array_number_and_several_commas", Verdict.INVALID, "[5,,]");
    whole("n_array_spaces_vertical_tab_formfeed", Verdict.INVALID, "[\"\u000bv\"\\f]");
    element("n_array_star_inside", Verdict.INVALID, "**");
    whole("n_array_unclosed", Verdict.INVALID, "[\"v\" ");
    whole("n_array_unclosed_trailing_comma", Verdict.INVALID, "[5,");
    whole("n_array_unclosed_with_new_lines", Verdict.INVALID, "[5,\n5\n,5");
    whole("n_array_unclosed_with_object_inside", Verdict.INVALID, "[{\"k\":{}}");
  }

  private void invalidLiterals() {
    element("n_incomplete_false", Verdict.INVALID, "fal");
    element("n_incomplete_null", Verdict.INVALID, "nu");
    element("n_incomplete_true", Verdict.INVALID, "tr");
  }

  private void invalidNumbers() {
    whole("n_multidigit_number_then_00", Verdict.INVALID, "456\0");
    element("n_number_++", Verdict.INVALID, "++56");
    element("n_number_+1", Verdict.INVALID, "+5");
    element("n_number_+Inf", Verdict.INVALID, "+Inf");
    element("n_number_-01", Verdict.INVALID, "-05");
    element("n_number_-1.0.", Verdict.INVALID, "-5.5.");
    element("n_number_-2.", Verdict.INVALID, "-5.");
    element("n_number_-NaN", Verdict.INVALID, "-NaN");
    element("n_number_.-1", Verdict.INVALID, ".-5");
    element("n_number_.2e-3", Verdict.INVALID, ".5e-5");
    element("n_number_0.1.2", Verdict.INVALID, "0.5.5");
    element("n_number_0.3e+", Verdict.INVALID, "0.5e+");
    element("n_number_0.3e", Verdict.INVALID, "0.5e");
    element("n_number_0.e1", Verdict.INVALID, "0.e5");
    element("n_number_0_capital_E+", Verdict.INVALID, "0E+");
    element("n_number_0_capital_E", Verdict.INVALID, "0E");
    element("n_number_0e+", Verdict.INVALID, "0e+");
    element("n_number_0e", Verdict.INVALID, "0e");
    element("n_number_1.0e+", Verdict.INVALID, "5.5e+");
    element("n_number_1.0e-", Verdict.INVALID, "5.5e-");
    element("n_number_1.0e", Verdict.INVALID, "5.5e");
    element("n_number_1_000", Verdict.INVALID, "5 000.5");
    element("n_number_1eE2", Verdict.INVALID, "5eE5");
    element("n_number_2.e+3", Verdict.INVALID, "5.e+5");
    element("n_number_2.e-3", Verdict.INVALID, "5.e-5");
    element("n_number_2.e3", Verdict.INVALID, "5.e5");
    element("n_number_9.e+", Verdict.INVALID, "5.e+");
    element("n_number_Inf", Verdict.INVALID, "Inf");
    element("n_number_NaN", Verdict.INVALID, "NaN");
    element("n_number_U+FF11_fullwidth_digit_one", Verdict.INVALID, Character.toString(0xff15));
    element("n_number_expression", Verdict.INVALID, "5+5");
    element("n_number_hex_1_digit", Verdict.INVALID, "0x5");
    element("n_number_hex_2_digits", Verdict.INVALID, "0x55");
    element("n_number_infinity", Verdict.INVALID, "Infinity");
    element("n_number_invalid+-", Verdict.INVALID, "5e+-5");
    element("n_number_invalid-negative-real", Verdict.INVALID, "-55.55bar");
    element("n_number_invalid-utf-8-in-bigger-int", Verdict.INVALID, "555", "e5");
    element("n_number_invalid-utf-8-in-exponent", Verdict.INVALID, "5e5", "e5");
    element("n_number_invalid-utf-8-in-int", Verdict.INVALID, "5", "e5");
    element("n_number_minus_infinity", Verdict.INVALID, "-Infinity");
    element("n_number_minus_sign_with_trailing_garbage", Verdict.INVALID, "-bar");
    element("n_number_minus_space_1", Verdict.INVALID, "- 5");
    element("n_number_neg_int_starting_with_zero", Verdict.INVALID, "-055");
    element("n_number_neg_real_without_int_part", Verdict.INVALID, "-.55");
    element("n_number_neg_with_garbage_at_end", Verdict.INVALID, "-5y");
    element("n_number_real_garbage_after_e", Verdict.INVALID, "5eb");
    element("n_number_real_with_invalid_utf8_after_e", Verdict.INVALID, "5e", "e5");
    element("n_number_real_without_fractional_part", Verdict.INVALID, "5.");
    element("n_number_starting_with_dot", Verdict.INVALID, ".55");
    element("n_number_with_alpha", Verdict.INVALID, "5.5b-5");
    element("n_number_with_alpha_char", Verdict.INVALID, "5.0123456789H-55");
    element("n_number_with_leading_zero", Verdict.INVALID, "055");
  }

  private void invalidObjects() {
    whole("n_object_bad_value", Verdict.INVALID, "{\"k\":trust}", "[\"k\",trust]");
    whole("n_object_bracket_key", Verdict.INVALID, "{[:\"v\"}");
    whole("n_object_comma_instead_of_colon", Verdict.INVALID, "{\"k\",\"v\"}");
    whole("n_object_double_colon", Verdict.INVALID, "{\"k\"::\"v\"}");
    whole("n_object_emoji", Verdict.INVALID, "{🚀}");
    whole("n_object_garbage_at_end", Verdict.INVALID, "{\"k\":\"v\" 55}");
    whole("n_object_key_with_single_quotes", Verdict.INVALID, "{k:'v'}", "{'k':'v'}");
    bytes(
        "n_object_lone_continuation_byte_in_key_and_trailing_comma",
        Verdict.INVALID,
        "{\"",
        "b0",
        "\":\"v\",}");
    whole("n_object_missing_colon", Verdict.INVALID, "{\"k\" v}");
    whole("n_object_missing_key", Verdict.INVALID, "{ :\"v\"}");
    whole("n_object_missing_semicolon", Verdict.INVALID, "{\"k\" \"v\"}");
    whole("n_object_missing_value", Verdict.INVALID, "{\"k\":");
    whole("n_object_no-colon", Verdict.INVALID, "{\"k\"");
    whole("n_object_non_string_key", Verdict.INVALID, "{5:5}");
    whole("n_object_non_string_key_but_huge_number_instead", Verdict.INVALID, "{5555E5555:5}");
    whole("n_object_repeated_null_null", Verdict.INVALID, "{null:1,null:1}");
    whole("n_object_several_trailing_commas", Verdict.INVALID, "{\"k\":5,,,,}");
    whole("n_object_single_quote", Verdict.INVALID, "{'k':5}");
    whole("n_object_trailing_comma", Verdict.INVALID, "{\"k\":5,}");
    whole("n_object_trailing_comment", Verdict.INVALID, "{\"k\":5}/* */");
    whole("n_object_trailing_comment_open", Verdict.INVALID, "{\"k\":5}/* *//");
    whole("n_object_trailing_comment_slash_open", Verdict.INVALID, "{\"k\":5}// ");
    whole("n_object_trailing_comment_slash_open_incomplete", Verdict.INVALID, "{\"k\":5}/");
    whole("n_object_two_commas_in_a_row", Verdict.INVALID, "{\"k\":5,,\"l\":5}");
    whole("n_object_unquoted_key", Verdict.INVALID, "{k:\"v\"}");
    whole("n_object_unterminated-value", Verdict.INVALID, "{\"k\":\"v");
    whole("n_object_with_single_string", Verdict.INVALID, "{\"k\":\"v\",\"l\"}");
    whole("n_object_with_trailing_garbage", Verdict.INVALID, "{\"k\":5}#");
  }

  private void invalidStrings() {
    element("n_string_1_surrogate_then_escape", Verdict.INVALID, "\"\\ud83d\\\"");
    element("n_string_1_surrogate_then_escape_u", Verdict.INVALID, "\"\\ud83d\\u\"");
    element("n_string_1_surrogate_then_escape_u1", Verdict.INVALID, "\"\\ud83d\\ud\"");
    element("n_string_1_surrogate_then_escape_u1x", Verdict.INVALID, "\"\\ud83d\\udx\"");
    element("n_string_accentuated_char_no_quotes", Verdict.INVALID, "ä");
    element("n_string_backslash_00", Verdict.INVALID, "\"a\\\0\"");
    element("n_string_escape_x", Verdict.INVALID, "\"\\x55\"");
    element("n_string_escaped_backslash_bad", Verdict.INVALID, "\"a\\\\\\\"");
    element("n_string_escaped_ctrl_char_tab", Verdict.INVALID, "\"a\\\t\"");
    element("n_string_escaped_emoji", Verdict.INVALID, "\"\\🚀\"");
    element("n_string_incomplete_escape", Verdict.INVALID, "\"a\\\"");
    element("n_string_incomplete_escaped_character", Verdict.INVALID, "\"\\u00f\"");
    element("n_string_incomplete_surrogate", Verdict.INVALID, "\"\\ud83d\\ude8\"");
    element(
        "n_string_incomplete_surrogate_escape_invalid", Verdict.INVALID, "\"\\ud83d\\ud83d\\y\"");
    bytes("n_string_invalid-utf-8-in-escape", Verdict.INVALID, "[\"\\u00", "e5", "\"]");
    element("n_string_invalid_backslash_esc", Verdict.INVALID, "\"\\c\"");
    element("n_string_invalid_unicode_escape", Verdict.INVALID, "\"\\uwxyz\"");
    bytes("n_string_invalid_utf8_after_escape", Verdict.INVALID, "[\"a\\", "e5", "\"]");
    element("n_string_leading_uescaped_thinspace", Verdict.INVALID, "\\u2009\"a\"");
    element("n_string_no_quotes_with_bad_escape", Verdict.INVALID, "\\t");
    whole("n_string_single_doublequote", Verdict.INVALID, "\"");
    element("n_string_single_quote", Verdict.INVALID, "'quoted'");
    whole("n_string_single_string_no_double_quotes", Verdict.INVALID, "bare");
    whole("n_string_start_escape_unclosed", Verdict.INVALID, "[\"a\\");
    element("n_string_unescaped_ctrl_char", Verdict.INVALID, "\"b\0b\"");
    element("n_string_unescaped_newline", Verdict.INVALID, "\"a\nb\"");
    element("n_string_unescaped_tab", Verdict.INVALID, "\"a\tb\"");
    whole("n_string_unicode_CapitalU", Verdict.INVALID, "\"\\UA4F7\"");
    whole("n_string_with_trailing_garbage", Verdict.INVALID, "\"\"y");
  }

  private void invalidStructures() {
    whole("n_single_space", Verdict.INVALID, " ");
    whole("n_structure_100000_opening_arrays", Verdict.INVALID, "[".repeat(100_000));
    element("n_structure_U+2060_word_joined", Verdict.INVALID, Character.toString(0x2060));
    bytes("n_structure_UTF8_BOM_no_data", Verdict.INVALID, "", "efbbbf", "");
    whole("n_structure_angle_bracket_.", Verdict.INVALID, "<:>");
    element("n_structure_angle_bracket_null", Verdict.INVALID, "<true>");
    whole("n_structure_array_trailing_garbage", Verdict.INVALID, "[5]y");
    whole("n_structure_array_with_extra_array_close", Verdict.INVALID, "[5]]");
    whole("n_structure_array_with_unclosed_string", Verdict.INVALID, "[\"v]");
    whole("n_structure_ascii-unicode-identifier", Verdict.INVALID, "bä");
    element("n_structure_capitalized_True", Verdict.INVALID, "True");
    whole("n_structure_close_unopened_array", Verdict.INVALID, "5]");
    whole("n_structure_comma_instead_of_closing_brace", Verdict.INVALID, "{\"k\":5,");
    whole("n_structure_double_array", Verdict.INVALID, "[5][5]");
    whole("n_structure_end_array", Verdict.INVALID, "]");
    bytes("n_structure_incomplete_UTF8_BOM", Verdict.INVALID, "", "efbb", "[]");
    bytes("n_structure_lone-invalid-utf-8", Verdict.INVALID, "", "f5", "");
    whole("n_structure_lone-open-bracket", Verdict.INVALID, "[");
    whole("n_structure_no_data", Verdict.INVALID, "");
    whole("n_structure_null-byte-outside-string", Verdict.INVALID, "[5\0]", "{\0}");
    whole("n_structure_number_with_trailing_garbage", Verdict.INVALID, "5@");
    whole("n_structure_object_followed_by_closing_object", Verdict.INVALID, "{\"k\":5}}");
    whole("n_structure_object_unclosed_no_value", Verdict.INVALID, "{\"k\" :");
    whole("n_structure_object_with_comment", Verdict.INVALID, "{\"k\":/*v*/5}");
    whole("n_structure_object_with_trailing_garbage", Verdict.INVALID, "{\"k\":5} \"v\"");
    whole("n_structure_open_array_apostrophe", Verdict.INVALID, "[ '");
    whole("n_structure_open_array_comma", Verdict.INVALID, "[ ,");
    whole("n_structure_open_array_object", Verdict.INVALID, "[{\"k\":".repeat(40_000));
    whole("n_structure_open_array_open_object", Verdict.INVALID, "[ {");
    whole("n_structure_open_array_open_string", Verdict.INVALID, "[\"v");
    whole("n_structure_open_array_string", Verdict.INVALID, "[ \"v\"");
    whole("n_structure_open_object", Verdict.INVALID, "{");
    whole("n_structure_open_object_close_array", Verdict.INVALID, "{ ]");
    whole("n_structure_open_object_comma", Verdict.INVALID, "{ ,");
    whole("n_structure_open_object_open_array", Verdict.INVALID, "{ [");
    whole("n_structure_open_object_open_string", Verdict.INVALID, "{\"k");
    whole("n_structure_open_object_string_with_apostrophes", Verdict.INVALID, "{'k'");
    whole("n_structure_open_open", Verdict.INVALID, "{\"\\[".repeat(5));
    bytes("n_structure_single_eacute", Verdict.INVALID, "", "e4", "");
    whole("n_structure_single_star", Verdict.INVALID, "*");
    whole("n_structure_trailing_#", Verdict.INVALID, "[5]#[]");
    whole("n_structure_uescaped_LF_before_string", Verdict.INVALID, "[\\u000a\"v\"]");
    whole("n_structure_unclosed_array", Verdict.INVALID, "[5");
    whole("n_structure_unclosed_array_partial_null", Verdict.INVALID, "[5,nu");
    whole("n_structure_unclosed_array_unfinished_false", Verdict.INVALID, "[5,fal");
    whole("n_structure_unclosed_array_unfinished_true", Verdict.INVALID, "[5,tr");
    whole("n_structure_unclosed_object", Verdict.INVALID, "{\"k\":5");
    whole("n_structure_unicode-identifier", Verdict.INVALID, "ä");
    whole("n_structure_whitespace_U+2060_word_joiner", Verdict.INVALID, "[\u20605]");
    whole("n_structure_whitespace_formfeed", Verdict.INVALID, "[\f5]");
  }

  private void disputedNumbers() {
    element("i_number_double_huge_neg_exp", Verdict.READ, "456.123e-987");
    String exponent = "9".repeat(70);
    element("i_number_huge_exp", Verdict.AGAINST_THE_RULES, "0.5e00" + exponent);
    element("i_number_neg_int_huge_exp", Verdict.READ, "-5e+5555");
    element("i_number_pos_double_huge_exp", Verdict.READ, "5.5e+5555");
    element("i_number_real_neg_overflow", Verdict.READ, "-555e99999");
    element("i_number_real_pos_overflow", Verdict.READ, "555e99999");
    element("i_number_real_underflow", Verdict.AGAINST_THE_RULES, "555e-5555555");
    element("i_number_too_big_neg_int", Verdict.READ, "-" + "456".repeat(10));
    element("i_number_too_big_pos_int", Verdict.READ, "5" + "0".repeat(20));
    element("i_number_very_big_negative_int", Verdict.READ, "-" + "7531".repeat(12));
  }

  private void disputedStrings() {
    Verdict refused = Verdict.AGAINST_THE_RULES;
    whole("i_object_key_lone_2nd_surrogate", refused, "{\"\\udead\":5}");
    element("i_string_1st_surrogate_but_2nd_missing", refused, "\"\\udafe\"");
    element("i_string_1st_valid_surrogate_2nd_invalid", refused, "\"\\ud83d\\u4321\"");
    element("i_string_incomplete_surrogate_and_escape_valid", refused, "\"\\ud83d\\t\"");
    element("i_string_incomplete_surrogate_pair", refused, "\"\\ude80b\"");
    element("i_string_incomplete_surrogates_escape_valid", refused, "\"\\ud83d\\ud83d\\t\"");
    element("i_string_invalid_lonely_surrogate", refused, "\"\\ud83d\"");
    element("i_string_invalid_surrogate", refused, "\"\\ud83dxyz\"");
    element("i_string_inverted_surrogates_U+1D11E", refused, "\"\\udd1e\\ud834x\"");
    element("i_string_lone_second_surrogate", refused, "\"\\udeaf\"");
  }

  private void disputedEncodings() {
    Verdict invalid = Verdict.INVALID;
    bytes("i_string_UTF-16LE_with_BOM", invalid, "", "fffe5b002200e40022005d00", "");
    bytes("i_string_UTF-8_invalid_sequence", invalid, "[\"日", "fa", "\"]");
    bytes("i_string_UTF8_surrogate_U+D800", invalid, "[\"", "eda0bd", "\"]");
    bytes("i_string_invalid_utf-8", invalid, "[\"", "fe", "\"]");
    bytes("i_string_iso_latin_1", invalid, "[\"", "e4", "\"]");
    bytes("i_string_lone_utf8_continuation_byte", invalid, "[\"", "8f", "\"]");
    bytes("i_string_not_in_unicode_range", invalid, "[\"", "f4908081", "\"]");
    bytes("i_string_overlong_sequence_2_bytes", invalid, "[\"", "c1af", "\"]");
    bytes("i_string_overlong_sequence_6_bytes", invalid, "[\"", "fc83bf80bf80", "\"]");
    bytes("i_string_overlong_sequence_6_bytes_null", invalid, "[\"a", "fc8080808080", "\"]");
    bytes("i_string_truncated-utf-8", invalid, "[\"", "e282ff", "\"]");
    bytes("i_string_utf16BE_no_BOM", invalid, "", "005b002200e40022005d", "");
    bytes("i_string_utf16LE_no_BOM", invalid, "", "5b002200e40022005d00", "");
    whole("i_structure_500_nested_arrays", Verdict.READ, "[".repeat(500) + "]".repeat(500));
    bytes("i_structure_UTF-8_BOM_empty_object", invalid, "", "efbbbf", "{\"k\":5}");
  }

  private static String quoted(int codePoint) {
    return "\"a" + Character.toString(codePoint) + "\"";
  }

  private void whole(String kind, Verdict verdict, String... texts) {
    for (String text : texts) {
      add(kind, verdict, Sample.utf8(text));
    }
  }

  /** What is of this kind is an element, which may end in bytes that are given as hex. */
  private void element(String kind, Verdict verdict, String text, String... hex) {
    for (String[] around : new String[][] {{"", ""}, {"[", "]"}, {"{\"k\":", "}"}}) {
      bytes(kind, verdict, around[0] + text, String.join("", hex), around[1]);
    }
  }

  private void bytes(String kind, Verdict verdict, String before, String hex, String after) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(Sample.utf8(before));
    out.writeBytes(HexFormat.of().parseHex(hex));
    out.writeBytes(Sample.utf8(after));
    add(kind, verdict, out.toByteArray());
  }

  private void add(String kind, Verdict verdict, byte[] json) {
    cases.add(new Case(kind + " (suite " + cases.size() + ")", json, verdict));
  }
}
