package dev.parley.gateway.config;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The layer that overrides all others: {@code --server.port=9000}, {@code --dev.admin} and {@code
 * --config FILE}.
 *
 * <p>The value of an unknown option is never shown: it may be a secret with a misspelt name.
 */
record CommandLine(Optional<Path> file, Map<String, Value> values) {

  private static final String ORIGIN = "on the command line";

  static CommandLine read(List<String> args, Catalogue catalogue, Problems problems) {
    Arguments arguments = new Arguments(new ArrayDeque<>(args), catalogue, problems);
    arguments.readAll();
    return new CommandLine(arguments.file, Map.copyOf(arguments.values));
  }

  private static final class Arguments {
    private final Deque<String> args;
    private final Catalogue catalogue;
    private final Problems problems;
    private final Map<String, Value> values = new HashMap<>();
    private Optional<Path> file = Optional.empty();

    Arguments(Deque<String> args, Catalogue catalogue, Problems problems) {
      this.args = args;
      this.catalogue = catalogue;
      this.problems = problems;
    }

    void readAll() {
      int count = args.size();
      while (!args.isEmpty()) {
        int position = count - args.size() + 1;
        String arg = args.remove();
        if (arg.startsWith("--") && arg.length() > 2) {
          option(arg.substring(2));
        } else {
          problems.add("argument " + position, "not an option", "--name=value, or --help");
        }
      }
    }

    private void option(String option) {
      int equals = option.indexOf('=');
      String name = equals < 0 ? option : option.substring(0, equals);
      Optional<String> text =
          equals < 0 ? Optional.empty() : Optional.of(option.substring(equals + 1));
      Optional<Declaration> declaration = catalogue.find(name);
      if (name.equals("config")) {
        config(text.or(this::next));
      } else if (declaration.isEmpty()) {
        unknown(name, text);
      } else {
        known(name, declaration.get(), text);
      }
    }

    private void known(String name, Declaration declaration, Optional<String> text) {
      Optional<String> value = text.or(() -> isSwitch(declaration) ? Optional.of("true") : text);
      value.ifPresent(given -> values.put(name, new Value(given, ORIGIN)));
      if (value.isEmpty()) {
        next();
        problems.add("--" + name, "no value", "--" + name + "=value");
      }
    }

    private void unknown(String name, Optional<String> text) {
      if (text.isEmpty()) {
        next();
      }
      String nearest = catalogue.nearest(name);
      problems.add("--" + name, "unknown option", "a known one; the nearest is --" + nearest);
    }

    private void config(Optional<String> text) {
      file = text.flatMap(Parsers::asPath);
      if (file.isEmpty()) {
        problems.add("--config", text.orElse("no value"), "--config=file");
      }
    }

    /** The next argument unless it is an option; removed, so that it is not reported again. */
    private Optional<String> next() {
      boolean follows = !args.isEmpty() && !args.getFirst().startsWith("--");
      return follows ? Optional.of(args.remove()) : Optional.empty();
    }

    private static boolean isSwitch(Declaration declaration) {
      return declaration.parser().parse("true").equals(Optional.of(true));
    }
  }
}
