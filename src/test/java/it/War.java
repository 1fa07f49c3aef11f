package it;

import java.io.File;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The WAR that the build has made. */
final class War {
  private War() {}

  static WebArchive built() {
    return ShrinkWrap.create(ZipImporter.class, "message-logger.war")
        .importFrom(new File(System.getProperty("war")))
        .as(WebArchive.class);
  }
}
