package dev.parley.gateway.config;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The text about all settings, derived from their declarations. */
public final class Manual {

  private final Map<String, List<Declaration>> sections;

  public Manual(Catalogue catalogue) {
    sections =
        catalogue.declarations().stream()
            .collect(
                groupingBy(
                    setting -> setting.name().split("\\.", 2)[0], LinkedHashMap::new, toList()));
  }

  /** For {@code --help}: every setting with its default and meaning. */
  public String text() {
    return """
        Parley, a WebSocket gateway between chat front ends and AI agents.

        Usage: java -jar gateway.jar [--config FILE] [--name=value ...]

          --config FILE   read this file instead of ./gateway.yaml
          --help          show this page and exit
          --version       show version, commit, Java and store format, and exit

        Every setting below can be given in three ways; the last of these wins:
          file            server.port: 9000            (YAML, nested or dotted)
          environment     PARLEY_SERVER_PORT=9000      (upper case, . and _ as _)
          command line    --server.port=9000           (--name alone for =true)
        Durations are written 500ms, 30s, 10m, 2h; sizes 64KiB, 1MiB; lists with commas.
        <name> consists of a-z, 0-9 and -.

        """
        + sections.entrySet().stream().map(Manual::textOf).collect(joining("\n"));
  }

  private static String textOf(Map.Entry<String, List<Declaration>> section) {
    return section.getValue().stream()
        .map(
            setting ->
                "  %s%s%n      %s%n"
                    .formatted(setting.name(), inBrackets(setting.defaultText()), setting.meaning())
                    .replace("\r\n", "\n"))
        .collect(joining("", section.getKey() + "\n", ""));
  }

  private static String inBrackets(String text) {
    return text.isEmpty() ? "" : " (" + text + ")";
  }

  /** For {@code docs/configuration.md}: the same, with the values that each setting accepts. */
  public String markdown() {
    return """
        # Configuration

        This page is generated from the source; the same is shown by `--help`.

        Every setting has one dotted name and can be given in three ways. The last of these wins:

        | where | how `server.port` is written |
        |---|---|
        | file: `gateway.yaml` in the working folder, or the one named by `--config FILE` | `server: {port: 9000}`, nested or dotted |
        | environment: `PARLEY_`, then upper case with `.` and `_` both as `_` | `PARLEY_SERVER_PORT=9000` |
        | command line | `--server.port=9000`; `--dev.admin` alone means `=true` |

        Durations are written `500ms`, `30s`, `10m` or `2h`; sizes `64KiB`, `1MiB` or plain bytes; lists with commas,
        or as a list in the file. Relative paths are relative to the working folder. `<name>` consists of `a-z`, `0-9` and `-`.

        All problems are reported at once, each with the expected value: unknown or repeated names, values out of bounds,
        settings that contradict each other. The gateway then starts nothing and exits with code 2.
        Secrets are never printed. Give them in a file (`…_file`) or in the environment: other users of the machine
        can read the command line. Variables that Kubernetes sets for a service named `parley` are ignored.

        Settings are read at the start. A reload takes new keys of tokens and web hooks, and a new certificate, without a restart:
        [which settings these are](operations.md#new-keys-without-a-restart). Any other change needs a restart.

        """
        + sections.entrySet().stream().map(Manual::markdownOf).collect(joining("\n"));
  }

  private static String markdownOf(Map.Entry<String, List<Declaration>> section) {
    return section.getValue().stream()
        .map(Manual::row)
        .collect(
            joining(
                "",
                "## "
                    + section.getKey()
                    + "\n\n| setting | default | value | meaning |\n|---|---|---|---|\n",
                ""));
  }

  private static String row(Declaration setting) {
    return "| `%s` | %s | %s | %s |\n"
        .formatted(
            setting.name(),
            setting.defaultText().isEmpty() ? "–" : "`" + setting.defaultText() + "`",
            setting.parser().expectation(),
            setting.meaning());
  }
}
