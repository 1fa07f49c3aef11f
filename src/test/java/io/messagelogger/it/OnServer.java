package io.messagelogger.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import io.messagelogger.testing.Client;
import java.nio.file.Path;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests from outside on the server that Arquillian starts, with the WAR that was built. */
@ExtendWith(ArquillianExtension.class)
public abstract class OnServer {
  protected Client client;

  @Deployment(testable = false)
  static WebArchive war() {
    return ShrinkWrap.createFromZipFile(
        WebArchive.class, Path.of(System.getProperty("war")).toFile());
  }

  @BeforeEach
  final void connect() {
    client = Client.ofTestServer();
    client.awaitReady();
  }

  @AfterEach
  final void disconnect() {
    client.close();
  }

  /** Waits until nothing is queued or claimed. */
  protected final void awaitDrained() {
    await()
        .atMost(120, SECONDS)
        .until(
            () ->
                client.redis().llen("MESSAGES") == 0
                    && client.redis().zcard("{MESSAGES}:claims") == 0);
  }
}
