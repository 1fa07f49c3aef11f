package io.messagelogger.api.messages;

import io.messagelogger.api.ProblemMapper;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/** What is at {@code /terms}. */
@ApplicationPath("/terms")
public class TermsApplication extends Application {
  @Override
  public Set<Class<?>> getClasses() {
    return Set.of(TermsResource.class, ProblemMapper.class);
  }
}
