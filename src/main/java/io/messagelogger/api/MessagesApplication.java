package io.messagelogger.api;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.info.Info;

/** Everything under {@code /messages}. */
@ApplicationPath("/messages")
@OpenAPIDefinition(
    info =
        @Info(
            title = "Message Logger",
            version = "1.0",
            description =
                "Captures every message exchanged between distributed agents and services and answers questions"
                    + " about them. Live messages come over a WebSocket at the root path."))
public class MessagesApplication extends Application {
  @Override
  public Set<Class<?>> getClasses() {
    return Set.of(MessagesResource.class, ProblemMapper.class);
  }
}
