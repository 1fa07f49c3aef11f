package io.messagelogger;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The arrows between the rooms point one way, and what belongs to one room stays in it. */
class RoomsTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPath(Path.of("target/classes"));

  @Test
  void arrowsPointOneWay() {
    String[] above = {"ingest", "requeue", "live", "api", "ops"};
    ArchRule rule =
        layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("settings")
            .definedBy("io.messagelogger.settings..")
            .layer("running")
            .definedBy("io.messagelogger.running..")
            .layer("message")
            .definedBy("io.messagelogger.message..")
            .layer("filter")
            .definedBy("io.messagelogger.filter..")
            .layer("access")
            .definedBy("io.messagelogger.access..")
            .layer("queue")
            .definedBy("io.messagelogger.queue..")
            .layer("store")
            .definedBy("io.messagelogger.store..")
            .layer("ingest")
            .definedBy("io.messagelogger.ingest..")
            .layer("requeue")
            .definedBy("io.messagelogger.requeue..")
            .layer("live")
            .definedBy("io.messagelogger.live..")
            .layer("api")
            .definedBy("io.messagelogger.api..")
            .layer("ops")
            .definedBy("io.messagelogger.ops..")
            .whereLayer("ops")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("api")
            .mayOnlyBeAccessedByLayers("ops")
            .whereLayer("live")
            .mayOnlyBeAccessedByLayers("api", "ops")
            .whereLayer("ingest")
            .mayOnlyBeAccessedByLayers("ops")
            .whereLayer("requeue")
            .mayOnlyBeAccessedByLayers("api", "ops")
            .whereLayer("store")
            .mayOnlyBeAccessedByLayers(above)
            .whereLayer("queue")
            .mayOnlyBeAccessedByLayers(above)
            .whereLayer("access")
            .mayOnlyAccessLayers("filter", "message", "settings")
            .whereLayer("filter")
            .mayOnlyAccessLayers("message", "settings")
            .whereLayer("message")
            .mayNotAccessAnyLayer()
            .whereLayer("settings")
            .mayNotAccessAnyLayer()
            .whereLayer("running")
            .mayNotAccessAnyLayer();
    rule.check(CLASSES);
  }

  @Test
  void onlyStoreKnowsSql() {
    ArchRule rule =
        ArchRuleDefinition.noClasses()
            .that()
            .resideOutsideOfPackage("io.messagelogger.store..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql", "javax.sql", "org.flywaydb..", "org.postgresql..");
    rule.check(CLASSES);
  }

  @Test
  void onlyQueueKnowsRedis() {
    ArchRule rule =
        ArchRuleDefinition.noClasses()
            .that()
            .resideOutsideOfPackage("io.messagelogger.queue")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("redis.clients..");
    rule.check(CLASSES);
  }

  @Test
  void onlyTracingKnowsOpenTelemetry() {
    ArchRule rule =
        ArchRuleDefinition.noClasses()
            .that()
            .resideOutsideOfPackage("io.messagelogger.ingest.tracing")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.opentelemetry..");
    rule.check(CLASSES);
  }

  @Test
  void onlyApiAndLiveKnowHttp() {
    ArchRule rule =
        ArchRuleDefinition.noClasses()
            .that()
            .resideOutsideOfPackages(
                "io.messagelogger.api..", "io.messagelogger.live..", "io.messagelogger.client")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.ws.rs..", "jakarta.servlet..");
    rule.check(CLASSES);
  }

  @Test
  void onlyLiveKnowsWebSocket() {
    ArchRule rule =
        ArchRuleDefinition.noClasses()
            .that()
            .resideOutsideOfPackages("io.messagelogger.live", "io.messagelogger.api.live")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.websocket..");
    rule.check(CLASSES);
  }

  /** It is packaged without any of the others. */
  @Test
  void clientStandsAlone() {
    ArchRuleDefinition.classes()
        .that()
        .resideInAPackage("io.messagelogger.client")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.messagelogger.client",
            "java..",
            "jakarta.json..",
            "jakarta.ws.rs..",
            "org.eclipse.microprofile.rest.client..",
            "org.jspecify.annotations")
        .check(CLASSES);
    ArchRuleDefinition.noClasses()
        .that()
        .resideOutsideOfPackage("io.messagelogger.client")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.messagelogger.client")
        .check(CLASSES);
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

  /** Rooms and their sub-rooms alike: none knows itself by another. */
  @Test
  void noCircle() {
    SlicesRuleDefinition.slices()
        .matching("io.messagelogger.(**)")
        .should()
        .beFreeOfCycles()
        .check(CLASSES);
  }

  /** {@code mvn test} runs in seconds: what needs a Redis or a database is an IT. */
  @Test
  void noUnitTestStartsAService() {
    ArchRule rule =
        ArchRuleDefinition.noClasses()
            .that()
            .haveSimpleNameEndingWith("Test")
            .should()
            .dependOnClassesThat()
            .haveNameMatching(
                "io\\.messagelogger\\.(testing\\.(FreshDatabase|TestServices|OneConnection)"
                    + "|dev\\.(Embedded.*|Services|Service)|bench\\.BenchServices)");
    rule.check(new ClassFileImporter().importPath(Path.of("target/test-classes")));
  }
}
