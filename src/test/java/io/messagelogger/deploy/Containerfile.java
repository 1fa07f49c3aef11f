package io.messagelogger.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A Containerfile as a list of stages, as far as ours uses the language: one word an instruction,
 * arguments before the first FROM, no here-documents. Immutable.
 *
 * @param arguments the ARGs before the first stage, with their defaults
 * @param stages in order; the last one is the image
 */
public record Containerfile(Map<String, String> arguments, List<Stage> stages) {

  /** An instruction: its word and what follows. */
  public record Instruction(String word, String text) {
    /** The words that follow, without options. */
    public List<String> operands() {
      return Arrays.stream(text.split("\\s+")).filter(word -> !word.startsWith("--")).toList();
    }

    /** The value of an option, as in {@code --from=tree}; empty when it is not there. */
    public String option(String name) {
      String prefix = "--" + name + "=";
      return Arrays.stream(text.split("\\s+"))
          .filter(word -> word.startsWith(prefix))
          .map(word -> word.substring(prefix.length()))
          .findFirst()
          .orElse("");
    }
  }

  /**
   * What one FROM begins.
   *
   * @param base what follows FROM, with the arguments' defaults in it
   * @param name what follows AS, or empty
   */
  public record Stage(String base, String name, List<Instruction> instructions) {
    /** What follows each instruction of this word, in order. */
    public List<String> all(String word) {
      return instructions.stream()
          .filter(each -> each.word().equals(word))
          .map(Instruction::text)
          .toList();
    }
  }

  /** Reads a file. */
  public static Containerfile read(Path file) throws IOException {
    Map<String, String> arguments = new HashMap<>();
    List<Stage> stages = new ArrayList<>();
    String uncommented = Files.readString(file).replaceAll("(?m)^#.*\n", "");
    for (String line : uncommented.replace("\\\n", " ").lines().map(String::strip).toList()) {
      if (line.isEmpty()) {
        continue;
      }
      int blank = line.indexOf(' ');
      Instruction instruction =
          new Instruction(line.substring(0, blank), line.substring(blank).strip());
      if (instruction.word().equals("FROM")) {
        List<String> words = instruction.operands();
        String base = words.get(0);
        for (Map.Entry<String, String> argument : arguments.entrySet()) {
          base = base.replace("${" + argument.getKey() + "}", argument.getValue());
        }
        stages.add(new Stage(base, words.size() > 2 ? words.get(2) : "", new ArrayList<>()));
      } else if (stages.isEmpty()) {
        if (!instruction.word().equals("ARG")) {
          throw new IOException(instruction.word() + " before the first FROM");
        }
        String[] argument = instruction.text().split("=", 2);
        arguments.put(argument[0], argument[1]);
      } else {
        stages.get(stages.size() - 1).instructions().add(instruction);
      }
    }
    return new Containerfile(Map.copyOf(arguments), List.copyOf(stages));
  }

  /** The last stage. */
  public Stage image() {
    return stages.get(stages.size() - 1);
  }
}
