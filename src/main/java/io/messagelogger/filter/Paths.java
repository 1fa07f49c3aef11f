package io.messagelogger.filter;

import java.util.ArrayList;
import java.util.List;

/**
 * A path into a JSON value as the name of a parameter: {@code data.order.state}. A backslash takes
 * a dot or a backslash after it literally. Stateless.
 */
final class Paths {
  private Paths() {}

  /** The steps of a path; one of them is empty when the path is wrong. */
  static List<String> steps(String path) {
    List<String> steps = new ArrayList<>();
    StringBuilder step = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '\\' && i + 1 < path.length()) {
        i++;
        step.append(path.charAt(i));
      } else if (c == '.') {
        steps.add(step.toString());
        step.setLength(0);
      } else {
        step.append(c);
      }
    }
    steps.add(step.toString());
    return steps;
  }

  static String print(String part, List<String> steps) {
    StringBuilder name = new StringBuilder(part);
    for (String step : steps) {
      name.append('.').append(step.replace("\\", "\\\\").replace(".", "\\."));
    }
    return name.toString();
  }
}
