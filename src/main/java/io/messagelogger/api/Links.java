package io.messagelogger.api;

import io.messagelogger.filter.QueryParameters;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Addresses of this service as its clients know it. Behind a proxy whose word is taken
 * (FORWARDED_HEADERS=on) they are absolute; otherwise a link starts at the path, which is right
 * wherever nothing rewrites paths. Thread-safe.
 */
@ApplicationScoped
public class Links {
  private static final Pattern HOST =
      Pattern.compile("(?:[A-Za-z0-9._-]{1,255}|\\[[0-9A-Fa-f:.]{2,45}])(?<port>:\\d{1,5})?");

  private static final Pattern PORT = Pattern.compile("\\d{1,5}");
  private static final Pattern PREFIX = Pattern.compile("(?:/[A-Za-z0-9._~!$&'()*+,;=:@%-]++)*+/?");
  private static final Pattern FORWARDED =
      Pattern.compile("(?i)(?:^|[;\\s])(proto|host)=(\"[^\"]*\"|[^;,\\s]*)");

  private final boolean standardHeader;
  private final boolean otherHeaders;

  @Inject
  public Links(Settings settings) {
    String believed = settings.text(Setting.FORWARDED_HEADERS);
    this.standardHeader = believed.equals("on") || believed.equals("forwarded");
    this.otherHeaders = believed.equals("on") || believed.equals("x-forwarded");
  }

  /** The address of a path of this service; only the path where no proxy's word is taken. */
  public String to(HttpServletRequest request, String pathAndQuery) {
    String base = base(request);
    return base == null ? pathAndQuery : base + pathAndQuery;
  }

  /** The address of a path of this service with scheme and host. */
  public String absolute(HttpServletRequest request, String path) {
    String base = base(request);
    if (base != null) {
      return base + path;
    }
    String host = request.getHeader("Host");
    return host == null || !HOST.matcher(host).matches()
        ? path
        : request.getScheme() + "://" + host + path;
  }

  /** The value of a Link header to another page of the same list. */
  public String page(HttpServletRequest request, String cursor, String relation) {
    String query = request.getQueryString();
    String others =
        query == null
            ? ""
            : Arrays.stream(query.split("&"))
                .filter(part -> !part.isEmpty() && !QueryParameters.named(part, "after"))
                .map(part -> part + "&")
                .collect(Collectors.joining());
    return "<%s>; rel=\"%s\""
        .formatted(
            to(request, request.getRequestURI() + "?" + others + "after=" + cursor), relation);
  }

  private @Nullable String base(HttpServletRequest request) {
    if (!standardHeader && !otherHeaders) {
      return null;
    }
    String scheme = otherHeaders ? first(request, "X-Forwarded-Proto") : null;
    String host = otherHeaders ? first(request, "X-Forwarded-Host") : null;
    // The standard has none for it.
    String prefix = first(request, "X-Forwarded-Prefix");
    String standard = standardHeader ? first(request, "Forwarded") : null;
    if (standard != null) {
      Matcher matcher = FORWARDED.matcher(standard);
      while (matcher.find()) {
        String value = matcher.group(2).replace("\"", "");
        if (matcher.group(1).equalsIgnoreCase("proto")) {
          scheme = value;
        } else {
          host = value;
        }
      }
    }
    if (host == null) {
      host = request.getHeader("Host");
    }
    Matcher named = host == null ? null : HOST.matcher(host);
    if (named == null || !named.matches()) {
      return null;
    }
    boolean secure = scheme == null ? request.isSecure() : scheme.equalsIgnoreCase("https");
    String port = otherHeaders ? first(request, "X-Forwarded-Port") : null;
    if (named.group("port") == null
        && standard == null
        && port != null
        && PORT.matcher(port).matches()
        && !port.equals(secure ? "443" : "80")) {
      host += ":" + port;
    }
    String path = prefix != null && PREFIX.matcher(prefix).matches() ? prefix : "";
    return (secure ? "https://" : "http://")
        + host
        + (path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
  }

  /** What the proxy that is nearest to the client has said. */
  private static @Nullable String first(HttpServletRequest request, String header) {
    String value = request.getHeader(header);
    if (value == null) {
      return null;
    }
    return HeaderList.parts(value).get(0).strip();
  }
}
