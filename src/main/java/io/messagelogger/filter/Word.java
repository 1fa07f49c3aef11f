package io.messagelogger.filter;

import io.messagelogger.message.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A word that is looked for in text, in capitals or small letters. How letters fold is not left to
 * the locale of a database, so that a message is found in memory and in the database alike. JSON is
 * looked through as it is printed, and the word as it would be printed there: quotes and
 * backslashes of texts are found, and those of the notation are not. Immutable.
 *
 * @param text the word
 */
public record Word(String text) {

  /** Whether all letters are of ASCII: then {@link #fold} makes it comparable. */
  public boolean simple() {
    return printed().codePoints().allMatch(c -> c < 0x80 || spellings(c).size() == 1);
  }

  /**
   * The word as a regular expression that Java and PostgreSQL read alike, in which every letter
   * stands for its capital too.
   */
  public String regex() {
    return printed().codePoints().mapToObj(Word::expression).collect(Collectors.joining());
  }

  /** The word of a simple one as it is in JSON that {@link #fold} has made comparable. */
  public String folded() {
    return fold(printed());
  }

  /** The word as JSON has it, without the quotes around. */
  private String printed() {
    String quoted = new JsonNode.Text(text).printed();
    return quoted.substring(1, quoted.length() - 1);
  }

  boolean in(Candidate candidate, Part part) {
    return simple()
        ? candidate.folded(part).contains(folded())
        : Pattern.compile(regex()).matcher(candidate.text(part)).find();
  }

  /** Small letters for the capitals of ASCII; all else stays. */
  public static String fold(String text) {
    StringBuilder folded = new StringBuilder(text);
    for (int i = 0; i < folded.length(); i++) {
      char c = folded.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        folded.setCharAt(i, (char) (c + 'a' - 'A'));
      }
    }
    return folded.toString();
  }

  private static String expression(int c) {
    Set<String> spellings = spellings(c);
    if (spellings.size() > 1) {
      return "[" + String.join("", spellings) + "]";
    }
    boolean special = c < 0x80 && c > ' ' && !Character.isLetterOrDigit(c);
    return (special ? "\\" : "") + Character.toString(c);
  }

  private static Set<String> spellings(int c) {
    Set<String> spellings = new TreeSet<>();
    spellings.add(Character.toString(c));
    if (c >= 0x80 || Character.isLetter(c)) {
      String text = Character.toString(c);
      for (String other : List.of(text.toLowerCase(Locale.ROOT), text.toUpperCase(Locale.ROOT))) {
        // One letter for another: a word that grows in capitals is found as it stands.
        if (other.codePointCount(0, other.length()) == 1) {
          spellings.add(other);
        }
      }
    }
    return spellings;
  }
}
