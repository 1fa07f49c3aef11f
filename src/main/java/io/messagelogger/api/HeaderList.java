package io.messagelogger.api;

import java.util.ArrayList;
import java.util.List;

/** A header whose value is a list (RFC 9110, 5.6.1). Stateless. */
final class HeaderList {
  private HeaderList() {}

  /** What is between the commas; those within quotes are part of it. */
  static List<String> parts(String header) {
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    int begin = 0;
    for (int i = 0; i < header.length(); i++) {
      char c = header.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '\\' && quoted) {
        i++;
      } else if (c == ',' && !quoted) {
        parts.add(header.substring(begin, i));
        begin = i + 1;
      }
    }
    parts.add(header.substring(begin));
    return parts;
  }
}
