package dev.parley.gateway.tests.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.Tally.Counted;
import dev.parley.gateway.tests.report.TestOutcome.Status;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class PromiseReportTest {
  private static final Class<?> OWNER =
      PromiseReport.promises(List.of()).get(9).owner(); // P10, whose row names other tests.

  private static TestOutcome outcome(
      Class<?> owner, Status status, Map<Counted, Long> tally, Figures.Figure... figures) {
    return new TestOutcome(
        owner, "readsOn", Set.of("websocket"), status, 12, List.of(figures), tally);
  }

  private static Promise promise(TestOutcome... outcomes) {
    return PromiseReport.promises(List.of(outcomes)).get(9);
  }

  public void aRunWithoutTestsShowsAllPromisesAsNotRun() {
    List<Promise> promises = PromiseReport.promises(List.of());
    assertThat(promises).hasSize(PromiseGuard.COUNT);
    assertThat(promises).allMatch(promise -> promise.result().equals("not run"));
    assertThat(PromiseReport.summary(promises)).startsWith("25 promises: 25 not run in this run.");
  }

  public void aPromiseIsKeptWhenAllItsTestsPassed() {
    Promise kept = promise(outcome(OWNER, Status.PASSED, Map.of()));
    assertThat(kept.result() + ": " + kept.counts())
        .isEqualTo("kept: 1 passed, 0 failed, 0 skipped");
    Promise broken =
        promise(
            outcome(OWNER, Status.PASSED, Map.of()),
            outcome(OWNER, Status.FAILED, Map.of()),
            outcome(OWNER, Status.SKIPPED, Map.of()));
    assertThat(broken.result() + ": " + broken.counts())
        .isEqualTo("BROKEN: 1 passed, 1 failed, 1 skipped");
  }

  public void faultsAndWhatWasMissedAreSummed() {
    Map<Counted, Long> tally = Map.of(Counted.FAULTS, 2L, Counted.EVENTS, 600L, Counted.LOST, 1L);
    TestOutcome once = outcome(OWNER, Status.PASSED, tally);
    assertThat(promise(once, once).faults())
        .isEqualTo("4 faults; of 1,200 events read: lost 2, doubled 0, reordered 0");
    assertThat(promise(outcome(OWNER, Status.PASSED, Map.of())).faults()).isEmpty();
  }

  public void aFigureOfSeveralTestsIsShownAsARange() {
    TestOutcome one =
        outcome(OWNER, Status.PASSED, Map.of(), new Figures.Figure("start", 1.25, "ms"));
    TestOutcome other =
        outcome(OWNER, Status.PASSED, Map.of(), new Figures.Figure("start", 2000, "ms"));
    assertThat(promise(one, other).figures()).containsExactly("start: 1.25 to 2,000 ms");
    assertThat(promise(one, one).figures()).containsExactly("start: 1.25 ms");
  }

  public void testsThatTheRowNamesBelongToThePromise() {
    assertThat(promise().row().tests()).contains("ResumeTogetherTest");
    assertThat(promise(outcome(PromiseReportTest.class, Status.FAILED, Map.of())).outcomes())
        .isEmpty();
  }

  public void bothFormsShowValueFiguresAndState() {
    Figures.Figure figure = new Figures.Figure("cut <points>", 17, "");
    List<Promise> promises =
        PromiseReport.promises(List.of(outcome(OWNER, Status.PASSED, Map.of(), figure)));
    String value = promises.get(9).value().valueImpact();
    assertThat(PromiseReport.markdown(promises, List.of()))
        .contains(value, "cut <points>: 17", "kept: 1 passed, 0 failed, 0 skipped");
    assertThat(PromisePage.of(promises, List.of()))
        .contains(value, "cut &lt;points&gt;: 17", "<span class=\"kept\">kept</span>")
        .contains("<td>1&nbsp;passed, 0&nbsp;failed, 0&nbsp;skipped", "<td>none")
        .containsOnlyOnce("<details>")
        .doesNotContain("<script", "http://", "https://");
  }
}
