package dev.parley.gateway.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Subagent;
import java.io.UncheckedIOException;
import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class SavedCheckpointTest {

  private static final RawJson AT = RawJson.of("{ \"at\" : [1.50, \"é\"] }");

  @DataProvider
  public static Object[][] checkpoints() {
    RawJson large = RawJson.of('"' + "n".repeat(1 << 20) + '"');
    return new Object[][] {
      {new SavedCheckpoint(AT, null, null, null, List.of(), 0)},
      {new SavedCheckpoint(RawJson.of("7"), '\uD83D', '\uD83E', null, List.of(), 0)},
      {
        new SavedCheckpoint(
            AT, null, null, new Subagent("s1", "Ann", null), List.of(RawJson.of("1")), 12)
      },
      {
        new SavedCheckpoint(
            AT, 'x', null, null, List.of(AT, RawJson.of("1.50"), RawJson.of("[ ]"), AT), 0)
      },
      {
        new SavedCheckpoint(
            AT, null, 'x', null, List.of(large, RawJson.of("null"), large), 1L << 40)
      },
    };
  }

  @Test(dataProvider = "checkpoints")
  public void isReadAsItWasWritten(SavedCheckpoint written) {
    SavedCheckpoint read = SavedCheckpoint.read(written.toJson());
    assertThat(read).isEqualTo(written);
    assertThat(read.notes().toString()).isEqualTo(written.notes().toString());
  }

  /** Earlier versions knew no notes. */
  public void oneWithoutNotesIsRead() {
    assertThat(SavedCheckpoint.read(RawJson.of("{\"checkpoint\":{},\"thought_half\":55357}")))
        .isEqualTo(new SavedCheckpoint(RawJson.of("{}"), null, '\uD83D', null, List.of(), 0));
  }

  @DataProvider
  public static Object[] damaged() {
    return new Object[] {
      "{}",
      "7",
      "{\"checkpoint\":{},\"notes\":[1",
      "{\"checkpoint\":{},\"notes\":7}",
      "{\"checkpoint\":{},\"notes\":[1]}",
      "{\"checkpoint\":{},\"answer_half\":\"x\"}",
    };
  }

  @Test(dataProvider = "damaged")
  public void anythingElseIsRefused(String json) {
    assertThatThrownBy(() -> SavedCheckpoint.read(RawJson.of(json)))
        .isInstanceOfAny(IllegalArgumentException.class, UncheckedIOException.class);
  }
}
