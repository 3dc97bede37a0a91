package dev.parley.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.ClientCommand.Position;
import dev.parley.gateway.protocol.ServerSignal.GapReason;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Which positions are valid in a log that has the events 10 to 20. */
@Test(groups = "unit")
public class PositionTest {

  private static final Epoch EPOCH = new Epoch("now");
  private static final Epoch EARLIER = new Epoch("earlier");

  private static @Nullable GapReason gap(OptionalLong after, @Nullable Epoch epoch) {
    return new Position(new ThreadId("t"), after, epoch).gap(EPOCH, 10, 20);
  }

  public void whoHasNoCursorMissesNothing() {
    assertThat(gap(OptionalLong.empty(), null)).isNull();
    assertThat(gap(OptionalLong.empty(), EARLIER)).isNull();
    assertThat(gap(OptionalLong.of(0), null)).isNull();
    assertThat(gap(OptionalLong.of(0), EARLIER)).isNull();
  }

  public void aCursorBelongsToTheLifeThatItCameFrom() {
    assertThat(gap(OptionalLong.of(15), EARLIER)).isEqualTo(GapReason.EPOCH_CHANGED);
    assertThat(gap(OptionalLong.of(15), null)).isEqualTo(GapReason.EPOCH_CHANGED);
    assertThat(gap(OptionalLong.of(21), EARLIER)).isEqualTo(GapReason.EPOCH_CHANGED);
  }

  @DataProvider
  public Object[][] cursors() {
    return new Object[][] {
      {1, GapReason.RETENTION},
      {8, GapReason.RETENTION},
      {9, null},
      {10, null},
      {20, null},
      {21, GapReason.CURSOR_AHEAD},
      {Long.MAX_VALUE, GapReason.CURSOR_AHEAD},
    };
  }

  @Test(dataProvider = "cursors")
  public void theNextEventMustBeThereOrTheNextToCome(long after, @Nullable GapReason gap) {
    assertThat(gap(OptionalLong.of(after), EPOCH)).isEqualTo(gap);
  }
}
