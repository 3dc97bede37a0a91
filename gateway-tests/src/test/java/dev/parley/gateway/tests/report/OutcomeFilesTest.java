package dev.parley.gateway.tests.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.tests.report.OutcomeFiles.Run;
import dev.parley.gateway.tests.report.Tally.Counted;
import dev.parley.gateway.tests.report.TestOutcome.Status;
import dev.parley.gateway.tests.support.TestFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class OutcomeFilesTest {

  /** Whether the static initializer below ran. */
  private static boolean isInitialized;

  private static final class Heavy {
    static {
      isInitialized = true;
    }
  }

  public void theRunsOfAllJvmsAreReadAsOne() {
    TestOutcome one =
        new TestOutcome(
            Heavy.class,
            "holds",
            Set.of("websocket", "security"),
            Status.FAILED,
            12,
            List.of(new Figures.Figure("start <cold>", 1.25, "ms")),
            Map.of(Counted.EVENTS, 600L, Counted.LOST, 1L));
    TestOutcome other =
        new TestOutcome(
            OutcomeFilesTest.class, "runs", Set.of(), Status.SKIPPED, 0, List.of(), Map.of());
    try (TestFolder folder = new TestFolder()) {
      OutcomeFiles.write(folder.path(), new Run(List.of(one), 3));
      OutcomeFiles.write(folder.path(), new Run(List.of(), 0));
      OutcomeFiles.write(folder.path(), new Run(List.of(other, other), 4));
      Run all = OutcomeFiles.read(folder.path());
      assertThat(all.outcomes()).containsExactlyInAnyOrder(one, other, other);
      assertThat(all.notSelected()).isEqualTo(7);
    }
    assertThat(isInitialized).isFalse();
  }

  public void aBuildWhoseTestsAreInAnotherModuleHasNoRun() {
    try (TestFolder folder = new TestFolder()) {
      assertThat(OutcomeFiles.read(folder.path().resolve("missing")))
          .isEqualTo(new Run(List.of(), 0));
    }
  }

  public void aDamagedFileIsNoEmptyRun() throws IOException {
    try (TestFolder folder = new TestFolder()) {
      OutcomeFiles.write(folder.path(), new Run(List.of(), 0));
      Files.writeString(folder.path().resolve("cut.json"), "{\"outcomes\":[");
      assertThatThrownBy(() -> OutcomeFiles.read(folder.path()))
          .isInstanceOf(UncheckedIOException.class);
    }
  }
}
