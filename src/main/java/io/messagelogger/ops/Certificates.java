package io.messagelogger.ops;

import io.messagelogger.running.Part;
import io.messagelogger.running.Repeating;
import io.messagelogger.settings.InvalidSettingsException;
import io.messagelogger.settings.Setting;
import io.messagelogger.settings.Settings;
import io.messagelogger.settings.tls.ServerCertificate;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Hands the certificate of the settings to the server, which opens HTTPS_PORT with it, and hands it
 * over again when its files have changed. The server reads keystores only, with a password that its
 * configuration knows; what the settings name may be PEM, or have its password in a file. Nothing
 * that is not valid is handed over. Thread-safe.
 */
@ApplicationScoped
public class Certificates implements Part {
  private static final Logger LOG = Logger.getLogger(Certificates.class.getName());
  private static final Duration LOOK = Duration.ofSeconds(2);
  private static final String STORE = "https.p12";
  private static final String SERVER = "https.xml";

  /** Of the keystore that the server reads. It keeps no secret: the rights of the file do. */
  private static final String PASSWORD = "kept by the rights of the file";

  /** What liberty/server.xml includes when it is there. */
  private static final String CONFIGURATION =
      """
      <!-- Written by the service at each start, by HTTPS_PORT and the settings that go with it. -->
      <server>
        <variable name="https.port" value="%s"/>
        <httpEndpoint id="defaultHttpEndpoint"><sslOptions sslRef="https"/></httpEndpoint>
        <ssl id="https" keyStoreRef="https" sslProtocol="TLSv1.2,TLSv1.3"/>
        <keyStore id="https" location="${server.output.dir}/resources/security/https.p12" type="PKCS12"
                  password="%s" readOnly="true" updateTrigger="polled" pollingRate="1s"/>
      </server>
      """;

  private final Settings settings;
  private volatile @Nullable ServerCertificate current;
  private volatile @Nullable String complaint;
  private volatile @Nullable Repeating looks;

  @Resource private ManagedScheduledExecutorService scheduler;

  /** The certificate of these settings. */
  @Inject
  public Certificates(Settings settings) {
    this.settings = settings;
  }

  /**
   * Hands it over, before the server opens its ports.
   *
   * @return why that is not possible; empty when it is, or HTTPS_PORT is unset
   */
  Optional<String> prepare() {
    try {
      ServerCertificate read = ServerCertificate.of(settings).orElse(null);
      if (read == null) { // of an earlier start
        Files.deleteIfExists(file(SERVER));
        Files.deleteIfExists(file(STORE));
      } else {
        read.store(file(STORE), PASSWORD.toCharArray());
        configure();
        current = read;
      }
      return Optional.empty();
    } catch (InvalidSettingsException e) {
      return Optional.of(e.complaint());
    } catch (IOException e) {
      return Optional.of("HTTPS_PORT: the certificate cannot be handed to the server: " + e);
    }
  }

  @Override
  public String name() {
    return "certificates";
  }

  @Override
  public void start() {
    ServerCertificate first = current;
    if (first != null) {
      LOG.log(
          Level.INFO,
          "HTTPS on port {0}, with {1}",
          new Object[] {settings.text(Setting.HTTPS_PORT), describe(first)});
      looks = Repeating.start(scheduler, "looking at the certificate", LOOK, LOOK, this::look);
    }
  }

  @Override
  public boolean stop(Duration limit) throws InterruptedException {
    Repeating looking = looks;
    return looking == null || looking.stop(limit);
  }

  /** Reads the files again. Read whole each time: mounted files change unseen. */
  private void look() {
    try {
      ServerCertificate read = ServerCertificate.of(settings).orElse(null);
      complaint = null;
      if (read != null && !read.equals(current)) {
        read.store(file(STORE), PASSWORD.toCharArray());
        current = read;
        LOG.log(Level.INFO, "The certificate has changed; from now on {0}", describe(read));
      }
    } catch (InvalidSettingsException e) {
      complain(e.complaint());
    } catch (IOException e) {
      complain("it cannot be handed to the server: " + e);
    }
  }

  /** Says it once. */
  private void complain(String text) {
    if (!text.equals(complaint)) {
      LOG.log(
          Level.SEVERE,
          "The certificate has changed and is not valid; that of before stays in use: {0}",
          text);
      complaint = text;
    }
  }

  private static String describe(ServerCertificate certificate) {
    return "the certificate of %s, valid until %s"
        .formatted(
            certificate.chain().get(0).getSubjectX500Principal().getName(),
            certificate.chain().get(0).getNotAfter().toInstant());
  }

  /** Tells the server, which looks for the file twice a second. */
  private void configure() throws IOException {
    Path next = file(SERVER + ".next");
    Files.writeString(next, CONFIGURATION.formatted(settings.text(Setting.HTTPS_PORT), PASSWORD));
    Files.move(
        next, file(SERVER), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** In the folder that the server writes to, of which it tells. */
  private static Path file(String name) {
    return Path.of(System.getProperty("server.output.dir", ""), "resources", "security", name);
  }
}
