package io.messagelogger.api.messages;

import java.util.List;
import java.util.Locale;

/** How messages are written. */
enum Format {
  /** One array. */
  JSON("application/json"),
  /** A line each. */
  NDJSON("application/x-ndjson"),
  /** A table with a header line (RFC 4180). */
  CSV("text/csv"),
  /** A sequence diagram. */
  MERMAID("text/vnd.mermaid");

  /** Those that lists have. */
  static final List<Format> OF_LISTS = List.of(JSON, NDJSON, CSV);

  /** Those that conversations have. */
  static final List<Format> OF_CONVERSATIONS = List.of(JSON, NDJSON, CSV, MERMAID);

  private final String mediaType;

  Format(String mediaType) {
    this.mediaType = mediaType;
  }

  String mediaType() {
    return mediaType;
  }

  /** The content type of an answer. */
  String contentType() {
    return this == JSON ? mediaType : mediaType + "; charset=utf-8";
  }

  /** The name that the parameter {@code format} has for it, also the extension of files. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
