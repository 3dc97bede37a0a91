package dev.parley.gateway.tests.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.testng.annotations.Test;

/** The threat model, {@code docs/security.md}, names tests that exist. */
@Test(groups = "security")
public class SecurityPageTest {
  private static final Path ROOT = Path.of("..");
  private static final Path PAGE = ROOT.resolve("docs/security.md");
  private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*Test|P\\d\\d\\w+)`");

  public void everyTestThatThePageNamesExists() throws IOException {
    Set<String> named =
        TEST.matcher(Files.readString(PAGE))
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(named).hasSizeGreaterThan(50);
    Set<String> existing = new TreeSet<>();
    for (String module : List.of("gateway", "gateway-tests")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
        files
            .map(file -> file.getFileName().toString().replace(".java", ""))
            .forEach(existing::add);
      }
    }
    named.removeAll(existing);
    assertThat(named).as("tests named in %s that do not exist", PAGE).isEmpty();
  }
}
