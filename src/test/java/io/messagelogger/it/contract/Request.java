package io.messagelogger.it.contract;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * A request, and what it deserves.
 *
 * @param target path and query, as they are written
 * @param verdict what the answer must say of it
 * @param wrong the parameters that the answer must name
 */
record Request(
    String target, Map<String, String> headers, byte[] body, Verdict verdict, Set<String> wrong) {

  /** What an answer says of a request. */
  enum Verdict {
    /** That nothing is wrong with it: no 400, 406, 413 or 415. */
    RIGHT,
    /** 400, and which parameters are wrong. */
    WRONG,
    /** Anything that is declared. */
    EITHER
  }

  static Request of(String target, Verdict verdict) {
    return new Request(target, Map.of(), new byte[0], verdict, Set.of());
  }

  static Request wrong(String target, String... parameters) {
    return new Request(target, Map.of(), new byte[0], Verdict.WRONG, Set.of(parameters));
  }

  Request with(String header, String value, Verdict meant) {
    Map<String, String> all = new HashMap<>(headers);
    all.put(header, value);
    return new Request(target, all, body, meant, wrong);
  }

  static Request posting(String target, String contentType, byte[] body, Verdict verdict) {
    return new Request(target, Map.of("Content-Type", contentType), body, verdict, Set.of());
  }
}
