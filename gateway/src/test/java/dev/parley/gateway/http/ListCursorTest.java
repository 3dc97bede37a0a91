package dev.parley.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.log.ListPosition;
import dev.parley.gateway.protocol.ThreadId;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Positions in the list of threads, as text. */
@Test(groups = "unit")
public class ListCursorTest {

  public void aPositionComesBackAsItWas() {
    for (long millis : new long[] {0, 1, 1_700_000_000_000L, Long.MAX_VALUE}) {
      for (String name : new String[] {"a", "x".repeat(64), "_.:-"}) {
        ListPosition position = new ListPosition(millis, new ThreadId(name));
        String text = ListCursor.text(position);
        assertThat(text).matches("[A-Za-z0-9_-]+");
        assertThat(ListCursor.parse(text)).isEqualTo(position);
      }
    }
  }

  @DataProvider
  public Object[] others() {
    return new Object[] {
      "", "t1", "a b", "AAAAAAAAAAA", "AAAAAAAAAAAg", "_____________2E", "A".repeat(4_000), "=", "é"
    };
  }

  @Test(dataProvider = "others")
  public void aTextThatNoPageGaveOutIsRefused(String text) {
    assertThatThrownBy(() -> ListCursor.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("after: ")
        .hasMessageEndingWith(" (expected: the next of another page)");
  }
}
