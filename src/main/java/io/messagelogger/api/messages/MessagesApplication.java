package io.messagelogger.api.messages;

import io.messagelogger.api.ProblemMapper;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/** Everything under {@code /messages}. */
@ApplicationPath("/messages")
public class MessagesApplication extends Application {
  @Override
  public Set<Class<?>> getClasses() {
    return Set.of(MessagesResource.class, ProblemMapper.class);
  }
}
