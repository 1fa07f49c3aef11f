package io.messagelogger.api.access;

import io.messagelogger.access.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which role each path needs. What is not in the table is not there. A path may be asked for by
 * those who have the role; which messages it answers with is decided by their scope.
 */
final class Rules {
  /** Who may ask. */
  enum Rule {
    /** Anyone, without saying who it is. */
    OPEN(null),
    /** Whoever has said who it is. */
    ANY(null),
    READER(Role.READER),
    WRITER(Role.WRITER),
    OPERATOR(Role.OPERATOR);

    private final @Nullable Role role;

    Rule(@Nullable Role role) {
      this.role = role;
    }

    /** The role that is needed; null when none is. */
    @Nullable Role role() {
      return role;
    }
  }

  /** The method of a WebSocket's handshake, which is a GET and means something else. */
  static final String WEBSOCKET = "WEBSOCKET";

  /**
   * One line.
   *
   * @param path a template as JAX-RS has it
   */
  record Line(String method, String path, Rule rule, Pattern pattern) {}

  private static final List<Line> TABLE =
      List.of(
          line("GET", "/", Rule.OPEN),
          line(WEBSOCKET, "/", Rule.READER),
          line("GET", "/info", Rule.OPEN),
          line("GET", "/me", Rule.ANY),
          line("POST", "/tickets", Rule.READER),
          line("GET", "/messages", Rule.READER),
          line("POST", "/messages", Rule.WRITER),
          line("GET", "/messages/{message_uuid}", Rule.READER),
          line("DELETE", "/messages/{message_uuid}", Rule.OPERATOR),
          line("GET", "/messages/{message_uuid}/related", Rule.READER),
          line("GET", "/messages/live", Rule.READER),
          line("GET", "/messages/subject/{subject_id: .*}", Rule.READER),
          line("GET", "/conversations/{subjects: .*}", Rule.READER),
          line("GET", "/stats", Rule.READER),
          line("GET", "/graph", Rule.READER),
          line("GET", "/terms", Rule.READER),
          line("GET", "/dead-letters", Rule.OPERATOR),
          line("GET", "/dead-letters/{dead_letter_id: \\d+}", Rule.OPERATOR),
          line("DELETE", "/dead-letters/{dead_letter_id: \\d+}", Rule.OPERATOR),
          line("GET", "/dead-letters/{dead_letter_id: \\d+}/payload", Rule.OPERATOR),
          line("POST", "/dead-letters/{dead_letter_id: \\d+}/retry", Rule.OPERATOR),
          line("GET", "/dead-letters/retry", Rule.OPERATOR),
          line("POST", "/dead-letters/retry", Rule.OPERATOR),
          line("DELETE", "/dead-letters/retry", Rule.OPERATOR),
          line("GET", "/dead-letters/discard", Rule.OPERATOR),
          line("POST", "/dead-letters/discard", Rule.OPERATOR),
          line("DELETE", "/dead-letters/discard", Rule.OPERATOR));

  private Rules() {}

  private static Line line(String method, String path, Rule rule) {
    StringBuilder pattern = new StringBuilder();
    for (String part : path.split("(?=\\{)|(?<=})", -1)) {
      if (part.startsWith("{")) {
        int colon = part.indexOf(':');
        pattern.append(
            colon < 0
                ? "[^/]+"
                : "(?:" + part.substring(colon + 1, part.length() - 1).strip() + ")");
      } else {
        pattern.append(Pattern.quote(part));
      }
    }
    return new Line(method, path, rule, Pattern.compile(pattern.toString(), Pattern.DOTALL));
  }

  /** All lines, for the test that compares them with what there is. */
  static List<Line> table() {
    return TABLE;
  }

  /** The lines of a decoded path: of its own, where it has such, otherwise of templates. */
  private static List<Line> lines(String path) {
    List<Line> own = TABLE.stream().filter(line -> line.path.equals(path)).toList();
    return own.isEmpty()
        ? TABLE.stream().filter(line -> line.pattern.matcher(path).matches()).toList()
        : own;
  }

  /** The rule for a method and a decoded path; empty when the table has none. */
  static Optional<Rule> rule(String method, String path) {
    return lines(path).stream()
        .filter(line -> line.method.equals(method))
        .map(Line::rule)
        .findFirst();
  }

  /** The methods that a path has; empty when there is no such path. */
  static Set<String> methods(String path) {
    List<String> methods = new ArrayList<>();
    for (Line line : lines(path)) {
      if (!line.method.equals(WEBSOCKET)) {
        methods.add(line.method);
        if (line.method.equals("GET")) {
          methods.add("HEAD");
        }
      }
    }
    if (!methods.isEmpty()) {
      methods.add("OPTIONS");
    }
    return new TreeSet<>(methods);
  }
}
