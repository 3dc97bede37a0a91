package dev.parley.gateway.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.fuzz.FuzzTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Settings: a file, or lines that are options and variables. A mistake is told, never thrown. */
public final class SettingsFuzz implements FuzzTarget {

  private final Path file;

  /** With a file that is deleted at the end of the process. */
  public SettingsFuzz() {
    try {
      file = Files.createTempFile("fuzz", ".yaml");
      file.toFile().deleteOnExit();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String name() {
    return "settings";
  }

  @Override
  public List<byte[]> examples() {
    return List.of(
        FuzzTarget.of(0, "server: {port: 9000}\ndev: {admin: yes}\n"),
        FuzzTarget.of(0, "server.port: '0009'\nnames:\n  allowed:\n    - a\n    - \"b\"\n"),
        FuzzTarget.of(0, "tiers: {gold-2: {open_runs: 3}}\n"),
        FuzzTarget.of(0, "a: &x 9\nserver: {port: *x}\n? [1]\n: 2\n--- !!set\n"),
        FuzzTarget.of(1, "--server.port=9000\n--dev.admin\n--names.allowed=a,b\n"),
        FuzzTarget.of(2, "PARLEY_SERVER_PORT=9000\nPARLEY_DEV_ADMIN=yes\n"));
  }

  @Override
  public List<String> words() {
    return List.of("&a ", "*a", "!!binary ", "<<: ", "- ", "? ", "|-\n ", "%YAML 1.2\n", "---\n");
  }

  @Override
  public int inputs() {
    return 4_000;
  }

  @Override
  public void take(byte[] input) throws IOException {
    Problems problems = new Problems();
    byte[] rest = FuzzTarget.rest(input);
    List<String> lines = Arrays.asList(new String(rest, UTF_8).split("\n", -1));
    switch (FuzzTarget.variant(input, 3)) {
      case 0 -> {
        Files.write(file, rest);
        check(YamlFile.read(file, Samples.CATALOGUE, problems));
      }
      case 1 -> check(CommandLine.read(lines, Samples.CATALOGUE, problems).values());
      default -> {
        String[] pair = lines.get(0).split("=", 2);
        check(
            Environment.read(
                Map.of(pair[0], pair.length == 2 ? pair[1] : ""), Samples.CATALOGUE, problems));
      }
    }
    for (String line : problems.lines()) {
      if (!line.contains("(expected: ")) {
        throw new IllegalStateException("problem: " + line);
      }
    }
  }

  private static void check(Map<String, Value> values) {
    values.forEach(
        (name, value) -> {
          if (Samples.CATALOGUE.find(name).isEmpty()) {
            throw new IllegalStateException("unknown, but read: " + name);
          }
        });
  }
}
