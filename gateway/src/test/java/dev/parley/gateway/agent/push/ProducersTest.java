package dev.parley.gateway.agent.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RefusedException;
import java.util.List;
import org.testng.annotations.Test;

/** Which batches of which producers are new. */
@Test(groups = "unit")
public class ProducersTest {

  private static final PushAnswer TAKEN = new PushAnswer.Taken();

  private static PushedBatch batch(String producer, long epoch, long sequence) {
    return new PushedBatch(producer, epoch, sequence, List.of());
  }

  private static Producers after(PushedBatch... batches) {
    Producers producers = Producers.NONE;
    for (PushedBatch batch : batches) {
      assertThat(producers.judge(batch)).isEqualTo(TAKEN);
      producers = producers.after(batch);
    }
    return producers;
  }

  public void aProducerBeginsWithZeroInAnyEpoch() {
    assertThat(Producers.NONE.judge(batch("a", 7, 0))).isEqualTo(TAKEN);
    assertThat(Producers.NONE.judge(batch("a", 0, 1))).isEqualTo(new PushAnswer.Gap(0));
  }

  public void theNextSequenceIsNewAndEachEarlierOneADuplicate() {
    Producers two = after(batch("a", 0, 0), batch("a", 0, 1));
    assertThat(two.judge(batch("a", 0, 2))).isEqualTo(TAKEN);
    assertThat(two.judge(batch("a", 0, 3))).isEqualTo(new PushAnswer.Gap(2));
    assertThat(two.judge(batch("a", 0, 1))).isEqualTo(new PushAnswer.Duplicate(0, 1));
    assertThat(two.judge(batch("a", 0, 0))).isEqualTo(new PushAnswer.Duplicate(0, 1));
  }

  public void aHigherEpochTakesOverAndLowerOnesAreStale() {
    Producers taken = after(batch("a", 1, 0), batch("a", 1, 1), batch("a", 4, 0));
    assertThat(taken.judge(batch("a", 1, 2))).isEqualTo(new PushAnswer.Stale(4));
    assertThat(taken.judge(batch("a", 4, 1))).isEqualTo(TAKEN);
    assertThat(taken.judge(batch("a", 5, 1))).isEqualTo(new PushAnswer.Gap(0));
  }

  public void producersDoNotDisturbEachOther() {
    Producers both = after(batch("a", 0, 0), batch("b", 9, 0), batch("a", 0, 1));
    assertThat(both.judge(batch("b", 9, 1))).isEqualTo(TAKEN);
    assertThat(both.judge(batch("a", 0, 2))).isEqualTo(TAKEN);
  }

  public void aRunHasAtMostSixteen() {
    Producers full = Producers.NONE;
    for (int i = 0; i < 16; i++) {
      full = full.after(batch("p" + i, 0, 0));
    }
    assertThat(full.judge(batch("p3", 0, 1))).isEqualTo(TAKEN);
    Producers sixteen = full;
    assertThatThrownBy(() -> sixteen.judge(batch("p16", 0, 0)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("one of 16 that the run has");
  }

  public void theCheckpointIsReadBack() {
    Producers some = after(batch("b:1", 3, 0), batch("a", 0, 0), batch("a", 0, 1));
    assertThat(some.checkpoint().toString())
        .isEqualTo(
            "{\"version\":1,\"producers\":{\"a\":{\"epoch\":0,\"seq\":1},"
                + "\"b:1\":{\"epoch\":3,\"seq\":0}}}");
    assertThat(Producers.of(some.checkpoint())).isEqualTo(some);
    assertThat(Producers.of(Producers.NONE.checkpoint())).isEqualTo(Producers.NONE);
  }

  public void aCheckpointOfALaterVersionIsNotGuessedAt() {
    assertThatThrownBy(() -> Producers.of(RawJson.of("{\"version\":2}")))
        .hasMessage("checkpoint: 2 (expected: version 1)");
    assertThatThrownBy(() -> Producers.of(RawJson.of("{")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
