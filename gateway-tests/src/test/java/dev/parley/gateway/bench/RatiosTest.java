package dev.parley.gateway.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.bench.Ratio.Verdict;
import dev.parley.gateway.tests.support.TestFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class RatiosTest {
  private static final String COMMAND = "ping --rounds 3";
  private static final Ratio THEN = ratio(0.70, 0.66, 0.62);

  private TestFolder folder;
  private Path file;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    folder = new TestFolder();
    file = folder.path().resolve("saved.jsonl");
  }

  @AfterMethod(alwaysRun = true)
  public void end() {
    folder.close();
  }

  private static Ratio ratio(Double... rounds) {
    return Ratio.of("ping", List.of(rounds), true);
  }

  @DataProvider
  public Object[][] verdicts() {
    return new Object[][] {
      {ratio(0.61, 0.60, 0.55), Verdict.WORSE},
      {ratio(0.62, 0.60, 0.55), Verdict.SAME},
      {ratio(0.55, 0.55, 0.90), Verdict.SAME},
      {ratio(0.66, 0.66, 0.66), Verdict.SAME},
      {ratio(0.70, 0.72, 0.90), Verdict.SAME},
      {ratio(0.71, 0.72, 0.90), Verdict.BETTER},
    };
  }

  @Test(dataProvider = "verdicts")
  public void aRatioIsWorseOnlyBeyondBothSpreads(Ratio now, Verdict verdict) {
    assertThat(now.since(THEN)).isEqualTo(verdict);
  }

  public void whereLowIsGoodItIsTheOtherWayRound() {
    Ratio then = Ratio.of("start", List.of(0.5, 0.6), false);
    assertThat(Ratio.of("start", List.of(0.7, 0.8), false).since(then)).isEqualTo(Verdict.WORSE);
    assertThat(Ratio.of("start", List.of(0.3, 0.4), false).since(then)).isEqualTo(Verdict.BETTER);
  }

  public void aRatioIsTheMedianWithTheLowestAndTheHighestRound() {
    assertThat(THEN).isEqualTo(new Ratio("ping", 0.66, 0.62, 0.70, 3, true));
  }

  private List<JsonNode> measured(Ratio... ratios) throws IOException {
    Path measured = folder.path().resolve("measured.jsonl");
    Files.deleteIfExists(measured);
    Ratios.append(measured, List.of(ratios));
    return Ratios.read(measured);
  }

  private int compare(String command, Ratio... now) throws IOException {
    return Ratios.compare(Ratios.read(file), measured(now), command, quiet());
  }

  private static PrintStream quiet() {
    return new PrintStream(new ByteArrayOutputStream(), true, UTF_8);
  }

  public void whatIsSavedIsComparedByCommandAndName() throws IOException {
    Ratios.save(file, measured(THEN), COMMAND, "abc1234", "2026-01-01T00:00:00Z");
    assertThat(compare(COMMAND, ratio(0.50, 0.40, 0.45))).isEqualTo(1);
    assertThat(compare("ping --rounds 4", ratio(0.66))).isEqualTo(2);
  }

  public void anEqualRunIsNotWorse() throws IOException {
    Ratios.save(file, measured(THEN), COMMAND, "abc1234", "2026-01-01T00:00:00Z");
    assertThat(compare(COMMAND, THEN)).isZero();
  }

  public void savingAgainReplacesWhatTheSameCommandMeasured() throws IOException {
    Ratios.save(file, measured(ratio(0.1)), COMMAND, "abc1234", "2026-01-01T00:00:00Z");
    Ratios.save(file, List.of(), "fanout", "abc1234", "2026-01-01T00:00:00Z");
    Ratios.save(file, measured(THEN), COMMAND, "def5678", "2026-01-02T00:00:00Z");
    assertThat(Ratios.read(file))
        .singleElement()
        .satisfies(
            saved -> {
              assertThat(Ratio.of(saved)).isEqualTo(THEN);
              assertThat(saved.path("commit").asText()).isEqualTo("def5678");
              assertThat(saved.path("command").asText()).isEqualTo(COMMAND);
            });
  }

  public void theTableShowsBothAndTheVerdict() throws IOException {
    Ratios.save(file, measured(THEN), COMMAND, "abc1234", "2026-01-01T00:00:00Z");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Ratios.compare(
        Ratios.read(file), Ratios.read(file), COMMAND, new PrintStream(out, true, UTF_8));
    assertThat(out.toString(UTF_8).strip())
        .isEqualTo("ping: 0.66 (0.62 to 0.70), saved 0.66 (0.62 to 0.70) at abc1234: same");
  }
}
