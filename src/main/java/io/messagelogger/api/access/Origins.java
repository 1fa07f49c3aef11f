package io.messagelogger.api.access;

import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which pages may make a browser open the feed or send something: our own and those of
 * FEED_ORIGINS. What is no browser sends no Origin, and is not asked for one. Immutable.
 */
@ApplicationScoped
public class Origins {
  private final Set<String> allowed;

  /** Those of the settings. */
  @Inject
  public Origins(Settings settings) {
    this.allowed =
        settings.list(Setting.FEED_ORIGINS).stream()
            .map(origin -> origin.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether the page that makes a browser send this may do so. */
  boolean allow(HttpServletRequest request) {
    String origin = request.getHeader("Origin");
    return origin == null
        || allowed.contains("*")
        || allowed.contains(origin.toLowerCase(Locale.ROOT))
        || own(origin, request.getHeader("Host"));
  }

  /**
   * Whether an origin is the address that was asked. The scheme is left out: behind a proxy that
   * ends TLS it is another.
   */
  private static boolean own(String origin, @Nullable String host) {
    if (host == null) {
      return false;
    }
    try {
      URI uri = new URI(origin);
      return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getRawAuthority() != null
          && uri.getRawAuthority().equalsIgnoreCase(host);
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
