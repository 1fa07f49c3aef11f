package io.messagelogger.api.access;

import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where requests come from, so that those who need not say who they are can be told apart for
 * limits: the address of the connection or, where a proxy is believed, what the proxy has added as
 * the last. What was in the header before is the client's own word. Immutable.
 */
@ApplicationScoped
public class Places {
  private static final Pattern FOR = Pattern.compile("(?i)(?:^|[;\\s])for=(\"[^\"]*\"|[^;\\s]*)");
  private static final Pattern ADDRESS =
      Pattern.compile("\\[([0-9A-Fa-f:.]{2,45})](?::\\d{1,5})?|([0-9.]{7,15})(?::\\d{1,5})?");
  private static final Pattern BARE = Pattern.compile("[0-9A-Fa-f:.]{2,45}");

  /** An IPv6 network, all of which one subscriber has. */
  private static final int NETWORK_BYTES = 8;

  private final boolean standardHeader;
  private final boolean otherHeaders;

  /** Believes whom the settings say. */
  @Inject
  public Places(Settings settings) {
    String believed = settings.text(Setting.FORWARDED_HEADERS);
    this.standardHeader = believed.equals("on") || believed.equals("forwarded");
    this.otherHeaders = believed.equals("on") || believed.equals("x-forwarded");
  }

  /** Where it comes from. */
  String of(HttpServletRequest request) {
    String said = otherHeaders ? last(request, "X-Forwarded-For") : null;
    if (standardHeader && said == null) {
      String element = last(request, "Forwarded");
      Matcher matcher = element == null ? null : FOR.matcher(element);
      said = matcher != null && matcher.find() ? matcher.group(1).replace("\"", "") : null;
    }
    String address = said == null ? null : address(said);
    return network(address == null ? request.getRemoteAddr() : address);
  }

  private static @Nullable String last(HttpServletRequest request, String header) {
    List<String> values = Collections.list(request.getHeaders(header));
    if (values.isEmpty()) {
      return null;
    }
    String value = values.get(values.size() - 1);
    return value.substring(value.lastIndexOf(',') + 1).strip();
  }

  /** Without its port; null when it is none. */
  private static @Nullable String address(String text) {
    Matcher matcher = ADDRESS.matcher(text);
    if (matcher.matches()) {
      return matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    }
    return BARE.matcher(text).matches() ? text : null;
  }

  /** An address of IPv4, or the network of one of IPv6. */
  private static String network(String address) {
    if (address.indexOf(':') < 0) {
      return address;
    }
    try {
      InetAddress parsed = InetAddress.getByName(address); // a literal: nothing is looked up
      return parsed instanceof Inet6Address
          ? HexFormat.of().formatHex(Arrays.copyOf(parsed.getAddress(), NETWORK_BYTES))
          : parsed.getHostAddress();
    } catch (UnknownHostException e) {
      return address.toLowerCase(Locale.ROOT);
    }
  }
}
