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

  @DataProvider
  public Object[] allowedAddresses() {
    return new Object[] {
      "/",
      "/orders/7?tab=%20a#top",
      "https://example.com",
      "HTTPS://example.com:8443/a",
      "/" + "x".repeat(1_999)
    };
  }

  @Test(dataProvider = "allowedAddresses")
  public void mayLeadToAPathOrAnHttpsAddress(String url) {
    assertThat(notice("title", "body", url).actionUrl()).isEqualTo(url);
  }

  /** A browser reads {@code //host} as another host, and would run {@code javascript:}. */
  @DataProvider
  public Object[] otherAddresses() {
    return new Object[] {
      "",
      "orders",
      "//evil.example/x",
      "http://example.com/",
      "javascript:alert(1)",
      "https:/x",
      "https:///x",
      "https:x",
      "/a b",
      "/" + "x".repeat(2_000)
    };
  }

  @Test(dataProvider = "otherAddresses")
  public void leadsNowhereElse(String url) {
    assertThatThrownBy(() -> notice("title", "body", url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("action_url: ")
        .hasMessageEndingWith(
            "(expected: an https address or a path that begins with one /, encoded)");
  }

  public void aBodyOfFourThousandCharactersIsTheLongest() {
    String longest = "x".repeat(4_000);
    assertThat(notice("title", longest, "/x").body()).isEqualTo(longest);
    assertThatThrownBy(() -> notice("title", longest + "x", "/x"))
        .hasMessageStartingWith("body: ")
        .hasMessageEndingWith("(expected: 1 to 4000 characters, not all of them white space)");
  }

  public void aBodySaysSomething() {
    assertThatThrownBy(() -> notice("title", " \n\t", "/x")).hasMessageStartingWith("body: ");
  }

  public void anIdIsNamedAsOnTheWire() {
    assertThatThrownBy(() -> new BroadcastId("a b"))
        .hasMessageStartingWith("broadcast_id: a b (expected: ");
  }
}
