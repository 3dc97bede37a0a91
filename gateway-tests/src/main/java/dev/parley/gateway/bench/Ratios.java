package dev.parley.gateway.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.bench.Ratio.Verdict;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Files of {@link Ratio}s, one as JSON in each line. As a program: {@code save FILE MEASURED
 * COMMAND COMMIT DATE} and {@code compare FILE MEASURED COMMAND}.
 */
public final class Ratios {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Ratios() {}

  /** Ends with 1 if a ratio is worse than the saved one, with 2 if there is nothing to compare. */
  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[1]);
    Path measured = Path.of(args[2]);
    if (args[0].equals("save")) {
      save(file, read(measured), args[3], args[4], args[5]);
      System.out.println("saved in " + file);
    } else {
      System.exit(compare(read(file), read(measured), args[3], System.out));
    }
  }

  /** Adds these ratios to a file. */
  public static void append(Path file, List<Ratio> ratios) throws IOException {
    List<String> lines = Files.exists(file) ? Files.readAllLines(file) : new ArrayList<>();
    for (Ratio ratio : ratios) {
      ObjectNode json = JSON.createObjectNode();
      ratio.writeTo(json);
      lines.add(json.toString());
    }
    Files.write(file, lines);
  }

  static List<JsonNode> read(Path file) throws IOException {
    List<JsonNode> all = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      if (!line.isBlank()) {
        all.add(JSON.readTree(line));
      }
    }
    return all;
  }

  /** Adds what was measured by this command, in place of what the file had of it. */
  static void save(Path file, List<JsonNode> measured, String command, String commit, String date)
      throws IOException {
    List<String> lines = new ArrayList<>();
    for (JsonNode earlier : Files.exists(file) ? read(file) : List.<JsonNode>of()) {
      if (!isOf(command, earlier)) {
        lines.add(earlier.toString());
      }
    }
    for (JsonNode each : measured) {
      ObjectNode json = each.deepCopy();
      json.put("command", command).put("commit", commit).put("date", date);
      lines.add(json.toString());
    }
    Files.write(file, lines);
  }

  private static boolean isOf(String command, JsonNode saved) {
    return saved.path("command").asText().equals(command);
  }

  /**
   * Compares what was measured with what the same command measured then, and prints each.
   *
   * @return 0 if nothing is worse, 1 if something is, 2 if the file has nothing of the command
   */
  static int compare(
      List<JsonNode> saved, List<JsonNode> measured, String command, PrintStream out) {
    int compared = 0;
    int worse = 0;
    for (JsonNode then : saved) {
      for (JsonNode now : measured) {
        if (isOf(command, then) && then.path("name").equals(now.path("name"))) {
          Verdict verdict = Ratio.of(now).since(Ratio.of(then));
          out.println(line(Ratio.of(now), Ratio.of(then), verdict, then));
          compared++;
          worse += verdict == Verdict.WORSE ? 1 : 0;
        }
      }
    }
    if (compared == 0) {
      out.println("nothing to compare: the file has no result of scripts/bench " + command);
      return 2;
    }
    return worse == 0 ? 0 : 1;
  }

  private static String line(Ratio now, Ratio then, Verdict verdict, JsonNode saved) {
    return String.format(
        Locale.ROOT,
        "%s: %.2f (%.2f to %.2f), saved %.2f (%.2f to %.2f) at %s: %s",
        now.name(),
        now.median(),
        now.min(),
        now.max(),
        then.median(),
        then.min(),
        then.max(),
        saved.path("commit").asText(),
        verdict.name().toLowerCase(Locale.ROOT));
  }
}
