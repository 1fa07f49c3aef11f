package io.messagelogger.api.letters;

import io.messagelogger.api.ProblemMapper;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/** Everything under {@code /dead-letters}. */
@ApplicationPath("/dead-letters")
public class DeadLettersApplication extends Application {
  @Override
  public Set<Class<?>> getClasses() {
    return Set.of(
        DeadLettersResource.class, RetryResource.class, DiscardResource.class, ProblemMapper.class);
  }
}
