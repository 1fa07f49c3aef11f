package io.messagelogger.api;

import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The page and its files: with an ETag of their content and {@code no-cache}, so that a browser
 * never keeps those of an older release; with a strict Content-Security-Policy; and for GET and
 * HEAD only, so that a message which is sent here by mistake is refused and not lost. The WebSocket
 * upgrade of the root never comes here. Files of a WAR do not change: each is read once.
 * Thread-safe.
 */
@WebServlet({"", "/index.html", "/icon.svg", "/page/*", "/lib/*"})
public class PageServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  /**
   * What the page may do: its own scripts and styles, nothing that is inline, and connections to
   * here and to the issuer at which it signs in, if there is one.
   */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'%s;"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  private static final String ALLOWED = "GET, HEAD, OPTIONS";

  private static final Set<String> READING = Set.of("GET", "HEAD");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html;charset=UTF-8",
          "js", "text/javascript;charset=UTF-8",
          "css", "text/css;charset=UTF-8",
          "svg", "image/svg+xml");

  private final transient Map<String, File> files = new ConcurrentHashMap<>();
  @Inject private transient Settings settings;
  private transient String policy = POLICY;

  @Override
  public void init() {
    policy = POLICY.formatted(issuer(settings));
  }

  /** The origin of the issuer with a blank before it; nothing where the page does not sign in. */
  private static String issuer(Settings settings) {
    if (settings.text(Setting.JWT_CLIENT_ID).isEmpty()) {
      return "";
    }
    URI issuer = URI.create(settings.text(Setting.JWT_ISSUER)); // checked at the start
    return " " + issuer.getScheme() + "://" + issuer.getRawAuthority();
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (request.getMethod().equals("OPTIONS")) {
      response.setHeader("Allow", ALLOWED);
      response.setStatus(HttpServletResponse.SC_NO_CONTENT);
      return;
    }
    if (!READING.contains(request.getMethod())) {
      response.setHeader("Allow", ALLOWED);
      problem(
          response,
          Problem.of(
              405,
              "Method Not Allowed",
              "This is the page. Messages are sent with POST to /messages; nothing was taken"));
      return;
    }
    File file = file(path(request));
    if (file == null) {
      problem(response, Problem.of(404, "Not Found", "There is nothing at this path"));
      return;
    }
    response.setHeader("ETag", file.tag());
    response.setHeader("Cache-Control", "no-cache");
    response.setHeader("Content-Security-Policy", policy);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "no-referrer");
    if (file.isMeantBy(request.getHeader("If-None-Match"))) {
      response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
      return;
    }
    response.setContentType(file.type());
    response.setContentLength(file.bytes().length);
    if (request.getMethod().equals("GET")) {
      response.getOutputStream().write(file.bytes());
    }
  }

  private static String path(HttpServletRequest request) {
    String rest = request.getPathInfo() == null ? "" : request.getPathInfo();
    String path = request.getServletPath() + rest;
    return path.isEmpty() || path.equals("/") ? "/index.html" : path;
  }

  /** The file of a path; null when there is none, or none that a browser may have. */
  private @Nullable File file(String path) throws IOException {
    File known = files.get(path);
    String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
    if (known != null || type == null || path.contains("..")) {
      return known;
    }
    try (InputStream in = getServletContext().getResourceAsStream(path)) {
      if (in == null) {
        return null;
      }
      File read = File.of(type, in.readAllBytes());
      files.put(path, read);
      return read;
    }
  }

  private static void problem(HttpServletResponse response, Problem problem) throws IOException {
    byte[] body = problem.json().getBytes(StandardCharsets.UTF_8);
    response.setStatus(problem.status());
    response.setContentType(Problem.TYPE);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  /**
   * A file of the page.
   *
   * @param tag its ETag, made of its content
   */
  private record File(String type, byte[] bytes, String tag) {
    static File of(String type, byte[] bytes) {
      try {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
        return new File(type, bytes, '"' + HexFormat.of().formatHex(hash, 0, 12) + '"');
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e); // every Java has it
      }
    }

    /** Whether the browser has it already. A proxy that packs answers makes tags weak. */
    boolean isMeantBy(@Nullable String ifNoneMatch) {
      return ifNoneMatch != null && (ifNoneMatch.trim().equals("*") || ifNoneMatch.contains(tag));
    }
  }
}
