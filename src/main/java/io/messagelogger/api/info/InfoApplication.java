package io.messagelogger.api.info;

import io.messagelogger.api.ProblemMapper;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/** {@code /info}. */
@ApplicationPath("/info")
public class InfoApplication extends Application {
  @Override
  public Set<Class<?>> getClasses() {
    return Set.of(InfoResource.class, ProblemMapper.class);
  }
}
