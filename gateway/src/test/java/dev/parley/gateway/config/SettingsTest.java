package dev.parley.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class SettingsTest {

  private Path folder;
  private Problems problems;

  @BeforeMethod(alwaysRun = true)
  void createFolder() throws IOException {
    folder = Files.createTempDirectory("settings");
    problems = new Problems();
  }

  @AfterMethod(alwaysRun = true)
  void deleteFolder() throws IOException {
    Files.deleteIfExists(folder.resolve("gateway.yaml"));
    Files.deleteIfExists(folder.resolve("other.yaml"));
    Files.delete(folder);
  }

  private int portOf(Map<String, String> environment, String... args) {
    Settings settings = Samples.from(List.of(args), environment, folder, problems);
    return settings.get(Samples.PORT);
  }

  public void theDefaultHoldsWhenNothingIsSet() {
    assertThat(portOf(Map.of())).isEqualTo(8080);
    assertThat(problems.isEmpty()).isTrue();
  }

  public void theLaterLayerWins() throws IOException {
    Files.writeString(folder.resolve("gateway.yaml"), "server: {port: 1}");
    Map<String, String> environment = Map.of("PARLEY_SERVER_PORT", "2");
    assertThat(portOf(Map.of())).isEqualTo(1);
    assertThat(portOf(environment)).isEqualTo(2);
    assertThat(portOf(environment, "--server.port=3")).isEqualTo(3);
  }

  public void aNamedFileTakesThePlaceOfTheUsualOne() throws IOException {
    Files.writeString(folder.resolve("gateway.yaml"), "server: {port: 1}");
    Files.writeString(folder.resolve("other.yaml"), "server: {port: 2}");
    assertThat(portOf(Map.of(), "--config=other.yaml")).isEqualTo(2);
    assertThat(portOf(Map.of(), "--config", "other.yaml")).isEqualTo(2);
  }

  public void aNamedFileMustBeThere() {
    portOf(Map.of(), "--config=missing.yaml");
    assertThat(problems.lines())
        .singleElement()
        .asString()
        .endsWith("missing.yaml: not readable (expected: a UTF-8 file that may be read)");
  }

  public void aRefusedValueLeavesTheDefaultAndNamesItsOrigin() {
    assertThat(portOf(Map.of("PARLEY_SERVER_PORT", "99999"))).isEqualTo(8080);
    assertThat(problems.lines())
        .containsExactly(
            "server.port: 99999"
                + " (expected: an integer from 0 to 65535; set in PARLEY_SERVER_PORT)");
  }

  public void aRefusedSecretIsNotShown() {
    Settings settings = Samples.fromArguments(problems, "--auth.secret=horse");
    assertThat(settings.get(Samples.SECRET)).isEmpty();
    assertThat(problems.lines())
        .containsExactly("auth.secret: *** (expected: at least 8 bytes; set on the command line)");
  }

  public void aDefaultCanBeRefusedToo() {
    Settings settings = Samples.fromArguments(problems);
    settings.refuse(Samples.PORT, "another");
    settings.refuse(Samples.SECRET, "one");
    assertThat(problems.lines())
        .containsExactly(
            "server.port: 8080 (expected: another)", "auth.secret: not set (expected: one)");
  }

  public void problemsOfAllLayersAreToldTogether() throws IOException {
    Files.writeString(folder.resolve("gateway.yaml"), "nonsense: 1");
    portOf(Map.of("PARLEY_NONSENSE", "1"), "--nonsense=1", "--server.port=x");
    assertThat(problems.lines()).hasSize(4);
  }

  public void knowsWhatWasSet() {
    Settings settings =
        Samples.fromArguments(problems, "--server.port=8080", "--tiers.a.open_runs=1");
    assertThat(settings.isSet(Samples.PORT)).isTrue();
    assertThat(settings.isSet(Samples.ADMIN)).isFalse();
    assertThat(settings.isSet(Samples.OPEN_RUNS.of("a", 1))).isTrue();
    assertThat(settings.isSet(Samples.OPEN_RUNS.of("b", 1))).isFalse();
    assertThat(settings.isSectionSet("server")).isTrue();
    assertThat(settings.isSectionSet("serv")).isFalse();
    assertThat(settings.names("tiers")).containsExactly("a");
  }

  private record Group(int port, Optional<Secret> secret, int goldRuns) {
    static Group read(Settings settings) {
      return new Group(
          settings.get("server.port", "8080", Parsers.integer(0, 65535), "Port to listen on."),
          settings.find("auth.secret", Secrets.text(8), "Signs tokens."),
          settings.get(Samples.OPEN_RUNS, "gold", 7));
    }
  }

  public void whatAGroupReadsIsDeclaredByIt() {
    Catalogue catalogue = Settings.catalogue(Group::read);
    assertThat(catalogue.declarations())
        .extracting(Declaration::name)
        .containsExactly("server.port", "auth.secret", "tiers.<name>.open_runs");
    assertThat(Settings.defaults(Group::read)).isEqualTo(new Group(8080, Optional.empty(), 7));
  }

  public void aGroupIsReadFromTexts() {
    Map<String, String> texts = Map.of("server.port", "1", "tiers.gold.open_runs", "3", "x", "y");
    assertThat(Settings.read(Group::read, texts, problems))
        .isEqualTo(new Group(1, Optional.empty(), 3));
    assertThat(problems.lines()).singleElement().asString().startsWith("--x: unknown option");
  }

  public void aSettingThatIsReadUnderAConditionIsAMistake() {
    Map<String, String> texts = Map.of("server.port", "1");
    assertThatThrownBy(() -> Settings.read(SettingsTest::underACondition, texts, problems))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("dev.admin: read under a condition (expected: read in any case)");
  }

  private static boolean underACondition(Settings settings) {
    return settings.get(Samples.PORT) == 1 && settings.get(Samples.ADMIN);
  }

  public void aRefusedElementIsShownAlone() {
    Settings settings = Samples.fromArguments(problems, "--names.allowed=a,b");
    settings.refuseElement(Samples.NAMES, "b", "c");
    assertThat(problems.lines()).containsExactly("names.allowed: b (expected: c)");
  }
}
