package io.messagelogger.filter;

/**
 * A name that is asked for, or the start of one. Immutable.
 *
 * @param text the name, or what it starts with
 * @param prefix whether it is the start only
 */
public record Name(String text, boolean prefix) {
  /** This name and no other. */
  public static Name exactly(String text) {
    return new Name(text, false);
  }

  /** Every name that starts with the text. */
  public static Name startingWith(String text) {
    return new Name(text, true);
  }

  /** Whether a name is meant. */
  public boolean holds(String name) {
    return prefix ? name.startsWith(text) : name.equals(text);
  }

  /**
   * Reads a value: a {@code *} at the end makes it a prefix, unless a backslash is before it. Of
   * backslashes before such a {@code *} two stand for one, and of those before a {@code !} at the
   * start the first is taken away.
   */
  static Name of(String value) {
    String text = value;
    boolean prefix = false;
    int slashes = 0;
    if (text.endsWith("*")) {
      while (slashes < text.length() - 1 && text.charAt(text.length() - 2 - slashes) == '\\') {
        slashes++;
      }
      prefix = slashes % 2 == 0;
      text =
          text.substring(0, text.length() - 1 - slashes)
              + "\\".repeat(slashes / 2)
              + (prefix ? "" : "*");
    }
    return new Name(text.matches("(?s)\\\\+!.*") ? text.substring(1) : text, prefix);
  }

  /** The value that {@link #of} makes this name of. */
  String value() {
    String value = text;
    if (prefix || value.endsWith("*")) {
      String body = prefix ? value : value.substring(0, value.length() - 1);
      int slashes = 0;
      while (slashes < body.length() && body.charAt(body.length() - 1 - slashes) == '\\') {
        slashes++;
      }
      value = body + "\\".repeat(slashes) + (prefix ? "*" : "\\*");
    }
    return value.matches("(?s)\\\\*!.*") ? "\\" + value : value;
  }
}
