package io.messagelogger.it.fault;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Collectors;
import org.jboss.byteman.agent.Main;

/**
 * Something that happens at a step of the server's code, by Byteman. Each rule prints {@link
 * #marker} when it fires, so that a test can prove that it did. Immutable.
 *
 * @param name says which step, without blanks
 * @param place the class, the method and where in it, as Byteman has them
 * @param variables what the condition looks at, as Byteman has it; NOTHING for none
 * @param condition when it fires, over and above reaching the place
 * @param action what happens
 */
record Rule(String name, String place, String variables, String condition, String action) {
  private static final int KILLED = 137;

  /** Ends the server as SIGKILL does, the n-th time that the place is reached. */
  static Rule kill(String name, String place, int time) {
    return killIf(name, place, "NOTHING", "incrementCounter(\"%s\") == %d".formatted(name, time));
  }

  /** Ends the server as SIGKILL does, when the condition holds. */
  static Rule killIf(String name, String place, String variables, String condition) {
    return new Rule(name, place, variables, condition, "killJVM(" + KILLED + ")");
  }

  /** The same when this file exists, which is deleted: once each time it is created. */
  static Rule killWhenArmed(String name, String place, Path file) {
    return killIf(name, place, armed(file), "armed.delete()");
  }

  /** Holds up the thread when this file exists, which is deleted: once each time it is created. */
  static Rule delayWhenArmed(String name, String place, Path file, int millis) {
    return new Rule(name, place, armed(file), "armed.delete()", "delay(" + millis + ")");
  }

  /** Throws an error in the thread when this file exists, which is deleted. */
  static Rule failWhenArmed(String name, String place, Path file) {
    return new Rule(
        name, place, armed(file), "armed.delete()", "throw new java.lang.StackOverflowError()");
  }

  private static String armed(Path file) {
    return "armed:java.io.File = new java.io.File(\"%s\")".formatted(file);
  }

  /** What the server prints when the rule fires. */
  String marker() {
    return "fault fired: " + name;
  }

  /** Makes a server that has not been started obey these rules. */
  static void install(List<Rule> rules, Path server) throws IOException {
    Path script = server.resolve("rules.btm");
    Files.writeString(script, rules.stream().map(Rule::text).collect(Collectors.joining("\n")));
    Files.writeString(
        server.resolve("jvm.options"),
        "\n-javaagent:%1$s=script:%2$s,boot:%1$s\n".formatted(agent(), script),
        StandardOpenOption.APPEND);
    Files.writeString(
        server.resolve("bootstrap.properties"),
        "org.osgi.framework.bootdelegation=org.jboss.byteman.*\n");
  }

  private String text() {
    return """
    RULE %s
    CLASS %s
    BIND %s
    IF %s
    DO traceln("%s"); %s
    ENDRULE
    """
        .formatted(name, place, variables, condition, marker(), action);
  }

  private static Path agent() {
    try {
      return Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
