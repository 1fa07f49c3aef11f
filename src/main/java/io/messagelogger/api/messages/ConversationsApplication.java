package io.messagelogger.api.messages;

import io.messagelogger.api.ProblemMapper;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/** Everything under {@code /conversations}. */
@ApplicationPath("/conversations")
public class ConversationsApplication extends Application {
  @Override
  public Set<Class<?>> getClasses() {
    return Set.of(ConversationsResource.class, ProblemMapper.class);
  }
}
