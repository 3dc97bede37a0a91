package dev.parley.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The texts of a notification. */
@Test(groups = "unit")
public class NoticeTest {

  private static final String SMILE = "\ud83d\ude00";

  private static Notice notice(String title, String body, String url) {
    return new Notice(title, body, url, Priority.NORMAL);
  }

  public void takesWholeSurrogatePairs() {
    assertThat(notice(" " + SMILE + " ", SMILE, "/" + SMILE).title()).isEqualTo(SMILE);
  }

  @DataProvider
  public Object[][] halves() {
    return new Object[][] {{"\ud83d"}, {"\ude00"}, {"\ude00\ud83d"}, {"a\ud83db"}};
  }

  @Test(dataProvider = "halves")
  public void refusesHalvesByField(String half) {
    assertThatThrownBy(() -> notice(half, "body", "/x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("title: ");
    assertThatThrownBy(() -> notice("title", half, "/x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("body: ");
    assertThatThrownBy(() -> notice("title", "body", "/" + half))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("action_url: ");
  }

  public void anIdIsNamedAsOnTheWire() {
    assertThatThrownBy(() -> new BroadcastId("a b"))
        .hasMessageStartingWith("broadcast_id: a b (expected: ");
  }
}
