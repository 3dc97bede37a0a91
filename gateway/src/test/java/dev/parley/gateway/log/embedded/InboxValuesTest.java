package dev.parley.gateway.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.InboxState;
import dev.parley.gateway.log.InboxState.TierPeriod;
import java.util.List;
import org.testng.annotations.Test;

/** Records of users in the directory. */
@Test(groups = "unit")
public class InboxValuesTest {

  private static final List<TierPeriod> TIERS =
      List.of(new TierPeriod(3, "early"), new TierPeriod(5, "mid"));

  public void nobodyOfAnEarlierVersionIsAnOperator() {
    byte[] stored =
        ValueWriter.ofVersion(1)
            .putCount(3)
            .putCount(9)
            .putCount(7)
            .putCount(6)
            .putCount(2)
            .putCount(3)
            .putText("early")
            .putCount(5)
            .putText("mid")
            .toBytes();
    InboxState read = InboxValues.state(stored);
    assertThat(read).isEqualTo(new InboxState(3, TIERS, 9, 7, 6, InboxState.NO_OPERATOR));
    assertThat(read.isOperator()).isFalse();
  }

  public void anOperatorIsOneAfterReading() {
    for (long after : new long[] {InboxState.NO_OPERATOR, 0, 4, Long.MAX_VALUE - 1}) {
      InboxState state = new InboxState(3, TIERS, 9, 7, 6, after);
      assertThat(InboxValues.state(InboxValues.encode(state))).isEqualTo(state);
    }
  }
}
