package dev.parley.gateway.protocol;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.Deltas.Delta;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class DeltaMergerTest {

  private static final RunId RUN = new RunId("r_1");

  private DeltaMerger merger;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    merger = new DeltaMerger();
  }

  private static Delta message(String message, long offset, String piece) {
    return delta(new ServerEvent.AgentMessage(new MessageId(message), offset, piece));
  }

  private static Delta delta(ServerEvent event) {
    return requireNonNull(Deltas.of(RUN, event));
  }

  public void adjacentDeltasOfOneTextBecomeOne() {
    assertThat(merger.add(message("m_1", 7, "a\uD83D\uDE00"))).isTrue();
    assertThat(merger.isEmpty()).isFalse();
    assertThat(merger.add(message("m_1", 10, "b"))).isTrue();
    assertThat(merger.count()).isEqualTo(2);
    assertThat(merger.offset()).isEqualTo(7);
    assertThat(merger.text()).isEqualTo("a\uD83D\uDE00b");
  }

  public void aDeltaThatDoesNotContinueTheTextIsNotAdded() {
    merger.add(message("m_1", 7, "a"));
    assertThat(merger.add(message("m_1", 9, "b"))).isFalse();
    assertThat(merger.add(message("m_2", 8, "b"))).isFalse();
    ServerEvent thought = new ServerEvent.AgentThinking(ThinkingPhase.DELTA, "b", 8, null, null);
    assertThat(merger.add(delta(thought))).isFalse();
    assertThat(merger.count()).isEqualTo(1);
    assertThat(merger.text()).isEqualTo("a");
  }

  public void aTextIsMergedUpToTheBound() {
    merger.add(message("m_1", 0, "x".repeat(DeltaMerger.MAX_UNITS - 1)));
    assertThat(merger.add(message("m_1", DeltaMerger.MAX_UNITS - 1L, "yz"))).isFalse();
    assertThat(merger.add(message("m_1", DeltaMerger.MAX_UNITS - 1L, "y"))).isTrue();
    assertThat(merger.add(message("m_1", DeltaMerger.MAX_UNITS, "z"))).isFalse();
    assertThat(merger.text()).hasSize(DeltaMerger.MAX_UNITS).endsWith("xy");
  }

  public void aDeltaAloneMayBeLonger() {
    String large = "x".repeat(DeltaMerger.MAX_UNITS + 1);
    assertThat(merger.add(message("m_1", 0, large))).isTrue();
    assertThat(merger.text()).isEqualTo(large);
  }

  public void anEmptyMergerTakesAnyDelta() {
    merger.add(message("m_1", 7, "a"));
    merger.add(message("m_1", 8, "b"));
    merger.clear();
    assertThat(merger.isEmpty()).isTrue();
    assertThat(merger.add(message("m_2", 3, "c"))).isTrue();
    assertThat(merger.text()).isEqualTo("c");
    assertThat(merger.offset()).isEqualTo(3);
    assertThat(merger.add(message("m_2", 4, "d"))).isTrue();
    assertThat(merger.text()).isEqualTo("cd");
  }
}
