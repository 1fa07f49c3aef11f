package io.messagelogger.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import jakarta.servlet.annotation.WebServlet;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Application;
import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nothing is answered without a rule that was written for it. */
class RulesTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPath(java.nio.file.Path.of("target/classes"));

  private static Set<String> rules() {
    TreeSet<String> rules = new TreeSet<>();
    Rules.table().forEach(line -> rules.add(line.method() + " " + nameless(line.path())));
    return rules;
  }

  /** A template without the names and expressions of its parameters. */
  private static String nameless(String path) {
    return path.replaceAll("\\{[^}]*}", "{}");
  }

  @Test
  void everyResourceHasARuleOfItsOwn() throws Exception {
    TreeSet<String> answered = new TreeSet<>();
    for (Application application : applications()) {
      String base = application.getClass().getAnnotation(ApplicationPath.class).value();
      for (Class<?> resource : application.getClasses()) {
        Path path = resource.getAnnotation(Path.class);
        if (path != null) {
          for (Method method : resource.getDeclaredMethods()) {
            Arrays.stream(method.getAnnotations())
                .map(RulesTest::method)
                .filter(name -> !name.isEmpty())
                .map(name -> name + " " + path(base, path, method.getAnnotation(Path.class)))
                .forEach(answered::add);
          }
        }
      }
    }
    assertThat(answered).contains("GET /messages", "GET /messages/{}", "POST /messages");
    assertThat(rules()).containsAll(answered);
  }

  private static String method(Annotation annotation) {
    HttpMethod method = annotation.annotationType().getAnnotation(HttpMethod.class);
    return method == null ? "" : method.value();
  }

  private static String path(String base, Path resource, @Nullable Path method) {
    String path = base + "/" + resource.value() + "/" + (method == null ? "" : method.value());
    String clean = nameless(path).replaceAll("/+", "/");
    return clean.length() > 1 && clean.endsWith("/")
        ? clean.substring(0, clean.length() - 1)
        : clean;
  }

  @Test
  void everyClassWithAPathIsOfAnApplication() throws Exception {
    Set<String> served = new TreeSet<>();
    for (Application one : applications()) {
      one.getClasses().forEach(resource -> served.add(resource.getName()));
    }
    assertThat(
            CLASSES.stream()
                .filter(type -> type.isAnnotatedWith(Path.class))
                .filter(type -> !type.isInterface()) // the client's, which is not in the WAR
                .map(JavaClass::getName))
        .isNotEmpty()
        .allMatch(served::contains);
  }

  private static List<Application> applications() throws ReflectiveOperationException {
    List<Application> applications = new ArrayList<>();
    for (JavaClass type : CLASSES) {
      if (type.isAssignableTo(Application.class)) {
        Class<? extends Application> application =
            Class.forName(type.getName()).asSubclass(Application.class);
        if (!Modifier.isAbstract(application.getModifiers())) {
          applications.add(application.getDeclaredConstructor().newInstance());
        }
      }
    }
    assertThat(applications).isNotEmpty();
    return applications;
  }

  @Test
  void everyServletAndEndpointHasARule() throws IOException {
    String web = Files.readString(java.nio.file.Path.of("src/main/webapp/WEB-INF/web.xml"));
    List<String> servlets =
        Pattern.compile("(?s)<servlet-mapping>.*?<url-pattern>(.*?)</url-pattern>")
            .matcher(web)
            .results()
            .map(match -> match.group(1))
            .filter(path -> !path.equals("/problem")) // asked for by nobody from outside
            .toList();
    assertThat(servlets).contains("/me", "/tickets");
    assertThat(servlets).allSatisfy(path -> assertThat(Rules.methods(path)).isNotEmpty());
    assertThat(
            CLASSES.stream()
                .filter(type -> type.isAnnotatedWith(ServerEndpoint.class))
                .map(type -> type.getAnnotationOfType(ServerEndpoint.class).value()))
        .allSatisfy(path -> assertThat(Rules.rule(Rules.WEBSOCKET, path)).isPresent());
    assertThat(
            CLASSES.stream()
                .filter(type -> type.isAnnotatedWith(WebServlet.class))
                .map(JavaClass::getSimpleName))
        .as("the page is open, and takes nothing")
        .containsExactly("PageServlet");
  }

  /** Behind the one that refuses malformed requests, and answers nothing else. */
  @Test
  void theFilterIsInFrontOfEverything() throws IOException {
    String web = Files.readString(java.nio.file.Path.of("src/main/webapp/WEB-INF/web.xml"));
    assertThat(
            Pattern.compile("(?s)<filter-mapping>(.*?)</filter-mapping>")
                .matcher(web)
                .results()
                .map(match -> match.group(1).replaceAll("\\s", ""))
                .limit(2))
        .containsExactly(
            "<filter-name>tidy</filter-name><url-pattern>/*</url-pattern>",
            "<filter-name>access</filter-name><url-pattern>/*</url-pattern>");
  }

  /** Of the resources of messages, each asks for the scope of the caller. */
  @Test
  void noResourceReadsWithAScopeOfItsOwn() {
    assertThat(
            CLASSES.stream()
                .filter(type -> type.getPackageName().startsWith("io.messagelogger.api"))
                .filter(type -> !type.getPackageName().endsWith(".access"))
                .flatMap(type -> type.getMethods().stream())
                .flatMap(RulesTest::scopes))
        .isEmpty();
  }

  private static Stream<String> scopes(JavaMethod method) {
    return method.getFieldAccesses().stream()
        .filter(access -> access.getTarget().getFullName().endsWith("Scope.ALL"))
        .map(access -> access.getDescription());
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /, OPEN",
    "WEBSOCKET, /, READER",
    "WEBSOCKET, /messages,",
    "GET, /messages/x, READER",
    "GET, /messages/x/y,",
    "GET, /messages/x/related, READER",
    "GET, /messages/subject/a/b//c, READER",
    "POST, /messages/x,",
    "PATCH, /messages,",
    "GET, /dead-letters/7, OPERATOR",
    "GET, /dead-letters/x,",
    "GET, /me, ANY",
    "GET, /ME,",
    "GET, /messages//,",
    "OPTIONS, /messages,"
  })
  void whatIsInNoRuleIsNotThere(String method, String path, Rules.Rule rule) {
    assertThat(Rules.rule(method, path).orElse(null)).isEqualTo(rule);
  }
}
