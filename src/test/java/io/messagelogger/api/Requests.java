package io.messagelogger.api;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Requests that nobody has sent. */
public final class Requests {
  private Requests() {}

  /**
   * One for {@code /messages?topic=a&after=old} from an address, with headers, each as "name:
   * value". What else is asked of it fails the test.
   */
  public static HttpServletRequest from(String address, String... headers) {
    Map<String, List<String>> all = new HashMap<>();
    for (String header : headers) {
      int colon = header.indexOf(':');
      all.computeIfAbsent(
              header.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
          .add(header.substring(colon + 1).strip());
    }
    Map<String, Object> attributes = new HashMap<>();
    return (HttpServletRequest)
        Proxy.newProxyInstance(
            Requests.class.getClassLoader(),
            new Class<?>[] {HttpServletRequest.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getRemoteAddr" -> address;
                  case "getHeader" -> {
                    List<String> values = all.get(lower(arguments[0]));
                    yield values == null ? null : values.get(0);
                  }
                  case "getHeaders" ->
                      Collections.enumeration(all.getOrDefault(lower(arguments[0]), List.of()));
                  case "getScheme" -> "http";
                  case "isSecure" -> false;
                  case "getRequestURI" -> "/messages";
                  case "getQueryString" -> "topic=a&after=old";
                  case "getAttribute" -> attributes.get(arguments[0]);
                  case "removeAttribute" -> attributes.remove((String) arguments[0]);
                  case "setAttribute" -> attributes.put((String) arguments[0], arguments[1]);
                  // Whatever else is looked at has to be said here first: the test fails until it
                  // is.
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private static String lower(Object name) {
    return ((String) name).toLowerCase(Locale.ROOT);
  }
}
