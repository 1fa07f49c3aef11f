package io.messagelogger.api.messages;

import io.messagelogger.api.ProblemMapper;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/** What is at {@code /graph}. */
@ApplicationPath("/graph")
public class GraphApplication extends Application {
  @Override
  public Set<Class<?>> getClasses() {
    return Set.of(GraphResource.class, ProblemMapper.class);
  }
}
