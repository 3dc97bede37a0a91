package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.testng.annotations.Test;

/** Every library in the jar is in {@code docs/advisories.md}, with the version that is used. */
@Test(groups = "unit")
public class AdvisoriesTest {

  private static final Path PAGE = Path.of("../docs/advisories.md");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([a-z0-9.]+)`: ([^|]+) \\| ([^|]+) \\| .*\\S.* \\|$");

  /** A file in Maven's repository: group, artifact, version. */
  private static final Pattern FILE =
      Pattern.compile("/repository/(.+)/([^/]+)/([^/]+)/\\2-\\3[^/]*\\.jar$");

  /** The groups whose libraries the tests alone use. */
  private static final Set<String> OF_TESTS =
      Set.of(
          "com.auth0",
          "com.code-intelligence",
          "com.tngtech.archunit",
          "net.bytebuddy",
          "org.apache.maven.surefire",
          "org.assertj",
          "org.jcommander",
          "org.testng",
          "org.webjars");

  private static Set<String> listed() throws IOException {
    return ROW.matcher(Files.readString(PAGE))
        .results()
        .flatMap(AdvisoriesTest::libraries)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<String> libraries(MatchResult row) {
    return Stream.of(row.group(2).split(", ", -1))
        .map(artifact -> row.group(1) + ":" + artifact + ":" + row.group(3));
  }

  /** Surefire names the class path of the tests in a property of its own. */
  private static List<String> classPath() {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return List.of(path.replace('\\', '/').split(File.pathSeparator, -1));
  }

  private static Set<String> used() {
    return classPath().stream()
        .flatMap(file -> FILE.matcher(file).results())
        .filter(file -> !OF_TESTS.contains(file.group(1).replace('/', '.')))
        .map(file -> file.group(1).replace('/', '.') + ":" + file.group(2) + ":" + file.group(3))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  public void everyLibraryWasLookedUpInItsVersion() throws IOException {
    assertThat(used()).hasSizeGreaterThan(40);
    assertThat(listed()).as("libraries in %s", PAGE).isEqualTo(used());
  }
}
