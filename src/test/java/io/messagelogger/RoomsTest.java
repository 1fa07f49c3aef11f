package io.messagelogger;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The arrows between the rooms point one way, and what belongs to one room stays in it. */
class RoomsTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPath(Path.of("target/classes"));

  @Test
  void arrowsPointOneWay() {
    ArchRule rule =
        layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("settings")
            .definedBy("io.messagelogger.settings")
            .layer("condition")
            .definedBy("io.messagelogger.condition")
            .layer("message")
            .definedBy("io.messagelogger.message")
            .layer("queue")
            .definedBy("io.messagelogger.queue")
            .layer("store")
            .definedBy("io.messagelogger.store")
            .layer("ingest")
            .definedBy("io.messagelogger.ingest")
            .layer("live")
            .definedBy("io.messagelogger.live")
            .layer("api")
            .definedBy("io.messagelogger.api")
            .layer("ops")
            .definedBy("io.messagelogger.ops")
            .whereLayer("ops")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("api")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("live")
            .mayOnlyBeAccessedByLayers("ops")
            .whereLayer("ingest")
            .mayOnlyBeAccessedByLayers("ops")
            .whereLayer("store")
            .mayOnlyBeAccessedByLayers("ingest", "api", "live", "ops")
            .whereLayer("queue")
            .mayOnlyBeAccessedByLayers("ingest", "api", "live", "ops")
            .whereLayer("message")
            .mayNotAccessAnyLayer()
            .whereLayer("settings")
            .mayNotAccessAnyLayer()
            .whereLayer("condition")
            .mayNotAccessAnyLayer();
    rule.check(CLASSES);
  }

  @Test
  void onlyStoreKnowsSql() {
    ArchRule rule =
        ArchRuleDefinition.noClasses()
            .that()
            .resideOutsideOfPackage("io.messagelogger.store")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql", "javax.sql", "org.flywaydb..", "org.postgresql..");
    rule.check(CLASSES);
  }

  @Test
  void onlyQueueAndTheSubscriberKnowRedis() {
    ArchRule rule =
        ArchRuleDefinition.noClasses()
            .that()
            .resideOutsideOfPackages("io.messagelogger.queue", "io.messagelogger.live")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("redis.clients..");
    rule.check(CLASSES);
  }

  @Test
  void onlyApiAndLiveKnowHttp() {
    ArchRule rule =
        ArchRuleDefinition.noClasses()
            .that()
            .resideOutsideOfPackages("io.messagelogger.api", "io.messagelogger.live")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.ws.rs..", "jakarta.servlet..", "jakarta.websocket..");
    rule.check(CLASSES);
  }

  @Test
  void messageStandsAlone() {
    ArchRule rule =
        ArchRuleDefinition.noClasses()
            .that()
            .resideInAPackage("io.messagelogger.message")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta..", "redis..", "java.sql");
    rule.check(CLASSES);
  }
}
