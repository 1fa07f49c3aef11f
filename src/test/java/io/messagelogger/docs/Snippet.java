package io.messagelogger.docs;

import java.util.List;
import java.util.regex.Pattern;

/** Code that a page shows, for tests that run it. Stateless. */
public final class Snippet {
  private Snippet() {}

  /** The blocks of a language, in their order. */
  public static List<String> of(String page, String language) {
    return in(Page.of(page).text(), language);
  }

  /** The blocks of a language below a heading, in their order. */
  public static List<String> of(String page, String heading, String language) {
    return in(Page.of(page).section(heading), language);
  }

  private static List<String> in(String text, String language) {
    return Pattern.compile("(?ms)^```" + Pattern.quote(language) + "\\n(.*?)^```$")
        .matcher(text)
        .results()
        .map(block -> block.group(1))
        .toList();
  }
}
