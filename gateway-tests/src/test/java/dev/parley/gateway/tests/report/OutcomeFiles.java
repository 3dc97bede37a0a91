package dev.parley.gateway.tests.report;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.testng.IReporter;
import org.testng.ISuite;
import org.testng.xml.XmlSuite;

/**
 * Writes the outcomes of a run of TestNG to a file of its own. A build runs the tests in several
 * JVMs, each with one run of TestNG after the other; {@link RunCheck} reads all files at the end.
 */
public final class OutcomeFiles implements IReporter {
  private static final String END = ".json";

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new SimpleModule().addDeserializer(Class.class, new NotInitialized()))
          .build();

  /** The outcomes of one run, in the order the tests were started. */
  record Run(List<TestOutcome> outcomes, int notSelected) {}

  /** Called by TestNG when all tests of a run have ended. */
  @Override
  public void generateReport(List<XmlSuite> files, List<ISuite> suites, String folder) {
    int left = TestOutcome.contexts(suites).stream().mapToInt(NotSelected::in).sum();
    write(folder(), new Run(TestOutcome.of(suites), left));
  }

  /** Where the runs of this build are: this system property, or below the module's folder. */
  static Path folder() {
    return Path.of(System.getProperty("parley.test.outcomes", "target/outcomes"));
  }

  static void write(Path folder, Run run) {
    String name =
        String.format(
            Locale.ROOT, "%d-%d-", System.currentTimeMillis(), ProcessHandle.current().pid());
    try {
      Files.createDirectories(folder);
      Path begun = Files.createTempFile(folder, name, ".tmp");
      JSON.writeValue(begun.toFile(), run);
      Files.move(begun, folder.resolve(begun.getFileName().toString().replace(".tmp", END)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All runs of a folder as one, in the order in which they ended; without it there was none. */
  static Run read(Path folder) {
    List<TestOutcome> outcomes = new ArrayList<>();
    int notSelected = 0;
    if (!Files.isDirectory(folder)) {
      return new Run(outcomes, notSelected);
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(each -> each.toString().endsWith(END)).sorted().toList()) {
        Run run = JSON.readValue(file.toFile(), Run.class);
        outcomes.addAll(run.outcomes());
        notSelected += run.notSelected();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Run(outcomes, notSelected);
  }

  /** A class of tests whose static initializers do not run. */
  private static final class NotInitialized extends StdDeserializer<Class<?>> {
    private static final long serialVersionUID = 1;

    NotInitialized() {
      super(Class.class);
    }

    @Override
    public Class<?> deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      try {
        return Class.forName(json.getText(), false, OutcomeFiles.class.getClassLoader());
      } catch (ClassNotFoundException e) {
        throw new IOException(e);
      }
    }
  }
}
