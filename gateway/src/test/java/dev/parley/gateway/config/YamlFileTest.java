package dev.parley.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class YamlFileTest {

  private Path file;
  private Problems problems;

  @BeforeMethod(alwaysRun = true)
  void createFile() throws IOException {
    file = Files.createTempFile("gateway", ".yaml");
    problems = new Problems();
  }

  @AfterMethod(alwaysRun = true)
  void deleteFile() throws IOException {
    Files.deleteIfExists(file);
  }

  private Map<String, Value> read(String yaml) throws IOException {
    Files.writeString(file, yaml);
    return YamlFile.read(file, Samples.CATALOGUE, problems);
  }

  /** The lines without the name of the file, which is another each time. */
  private Iterable<String> problemsOf(String yaml) throws IOException {
    read(yaml);
    return problems.lines().stream().map(line -> line.replace(file.toString(), "FILE")).toList();
  }

  @DataProvider
  Object[][] wellWritten() {
    return new Object[][] {
      {"server: {port: 9000}", "server.port", "9000"},
      {"server:\n  port: 9000\n", "server.port", "9000"},
      {"server.port: 9000", "server.port", "9000"},
      {"server: {port: '0009'}", "server.port", "0009"},
      {"dev: {admin: yes}", "dev.admin", "yes"},
      {"names: {allowed: [a, \"b\", null]}", "names.allowed", "a,b,null"},
      {"names:\n  allowed:\n    - a\n    - b\n", "names.allowed", "a,b"},
      {"names: {allowed: []}", "names.allowed", ""},
      {"tiers: {gold-2: {open_runs: 3}}", "tiers.gold-2.open_runs", "3"},
      {"a: &x 9\nserver: {port: 9000}", "server.port", "9000"},
    };
  }

  @Test(dataProvider = "wellWritten")
  public void everyValueIsTheTextThatWasWritten(String yaml, String name, String text)
      throws IOException {
    assertThat(read(yaml).get(name)).extracting(Value::text).isEqualTo(text);
  }

  public void aValueKnowsItsLine() throws IOException {
    assertThat(read("# first\nserver:\n  port: 1\n").get("server.port"))
        .isEqualTo(new Value("1", "in " + file + ", line 3"));
  }

  @DataProvider
  Object[][] empty() {
    return new Object[][] {{""}, {"# all of it is a remark\n"}, {"server:\n  # port: 1\n"}, {"{}"}};
  }

  @Test(dataProvider = "empty")
  public void whatIsOnlyRemarksSetsNothing(String yaml) throws IOException {
    assertThat(read(yaml)).isEmpty();
    assertThat(problems.lines()).isEmpty();
  }

  @DataProvider
  Object[][] broken() {
    String known = "(expected: a known one; the nearest is ";
    return new Object[][] {
      {"server: {prot: 1}", "server.prot: unknown key in FILE, line 1 " + known + "server.port)"},
      {"server: 9000", "server: unknown key in FILE, line 1 " + known + "server.port)"},
      {
        "server: {port: 1}\nserver.port: 2",
        "server.port: twice (expected: once; set in FILE, line 1 and in FILE, line 2)"
      },
      {
        "server: {port: }",
        "server.port: no plain value in FILE, line 1 (expected: a value or a list)"
      },
      {
        "server: {port: {a: 1}}",
        "server.port: no plain value in FILE, line 1 (expected: a value or a list)"
      },
      {
        "names: {allowed: [[a]]}",
        "names.allowed: no plain value in FILE, line 1 (expected: a value or a list)"
      },
      {"- a", "FILE, line 1: not a mapping (expected: lines like server.port: 8080)"},
      {"? [a]\n: b", "FILE, line 1: not a name (expected: name: value)"},
      {
        "a: b\n\tc: d",
        "FILE, line 2: broken (expected: YAML; found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation))"
      },
      {"auth: {secret: *horse}", "FILE, line 1: broken (expected: YAML; found undefined alias)"},
      {"a: 1\n---\nb: 2", "FILE, line 2: broken (expected: YAML; but found another document)"},
      {"a: !!binary%00 {b: 1}", "FILE: broken (expected: YAML; a tag is malformed)"},
    };
  }

  @Test(dataProvider = "broken")
  public void whatIsWrongIsToldWithItsLine(String yaml, String problem) throws IOException {
    assertThat(problemsOf(yaml)).containsExactly(problem);
  }

  public void aliasesThatCouldGrowWithoutEndAreRefused() throws IOException {
    read("server: &s {port: 1}\nother: *s\n");
    assertThat(problems.lines()).singleElement().asString().contains("broken", "aliases");
  }

  public void aFileThatIsNotUtf8IsNotReadable() throws IOException {
    Files.write(file, "a: ä".getBytes(StandardCharsets.ISO_8859_1));
    YamlFile.read(file, Samples.CATALOGUE, problems);
    assertThat(problems.lines())
        .containsExactly(file + ": not readable (expected: a UTF-8 file that may be read)");
  }
}
