package dev.parley.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What may be the title of a thread. */
@Test(groups = "unit")
public class TitleTest {

  private static final String HOUSE = "\ud83c\udfe0";

  @DataProvider
  public Object[] titles() {
    return new Object[] {"a", "A b  c", "é".repeat(200), HOUSE.repeat(200), "<b>", "\""};
  }

  @Test(dataProvider = "titles")
  public void aTitleStaysAsItIs(String title) {
    assertThat(Title.trimmed(title).value()).isEqualTo(title);
    assertThat(Title.nearest(title)).contains(new Title(title));
    assertThat(new Title(title)).hasToString(title);
  }

  @DataProvider
  public Object[] others() {
    return new Object[] {"", " ", "\n\t", "a\nb", "a\u0000", "a\u0085b", HOUSE.repeat(201)};
  }

  @Test(dataProvider = "others")
  public void whatIsNoTitleIsRefused(String title) {
    assertThatThrownBy(() -> Title.trimmed(title))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("(expected: 1 to 200 characters, no control characters)");
  }

  public void spaceAtItsEndsIsRemoved() {
    assertThat(Title.trimmed(" \t a b\u2003\n").value()).isEqualTo("a b");
    assertThatThrownBy(() -> new Title(" a")).isInstanceOf(IllegalArgumentException.class);
  }

  public void whatAnAgentSaysIsMadeATitleWhereThatCanBeDone() {
    assertThat(Title.nearest("\r\n a\nb\u0007 ")).contains(new Title("a b"));
    assertThat(Title.nearest(HOUSE.repeat(300))).contains(new Title(HOUSE.repeat(200)));
    assertThat(Title.nearest("a\ud83c")).contains(new Title("a\ufffd"));
    assertThat(Title.nearest(" \u0000\n")).isEmpty();
  }
}
