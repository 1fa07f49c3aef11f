package io.messagelogger.api.access;

import io.messagelogger.settings.Loopback;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Under which names the service may be asked for. Where it is for this machine only and nobody has
 * to say who they are, a page of anywhere could let its own name lead to this machine (DNS
 * rebinding): to the browser what is here would be its own. Then only names of this machine are
 * answered to. Immutable.
 */
@ApplicationScoped
public class Hosts {
  private static final Pattern NAME = Pattern.compile("(\\[[^]]*]|[^:]*)(?::\\d*)?");

  private final boolean any;
  private final String own;

  /** Those of the settings. */
  @Inject
  public Hosts(Settings settings) {
    this.any = settings.authenticated() || settings.text(Setting.ALLOW_ANONYMOUS).equals("true");
    this.own = settings.text(Setting.HTTP_HOST);
  }

  /** Whether a request may be answered. */
  boolean allow(HttpServletRequest request) {
    return any || isOwn(request.getHeader("Host"));
  }

  /** No browser sends none. */
  private boolean isOwn(@Nullable String host) {
    if (host == null) {
      return true;
    }
    Matcher matcher = NAME.matcher(host);
    return matcher.matches()
        && (Loopback.is(matcher.group(1)) || matcher.group(1).equalsIgnoreCase(own));
  }
}
