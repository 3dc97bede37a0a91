package dev.parley.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class UserFormTest {

  @DataProvider
  public Object[][] lines() {
    return new Object[][] {
      {"a"}, {"Ticket 17: Ünïcode"}, {"\uD83D\uDE00"}, {"x".repeat(40)},
    };
  }

  @Test(dataProvider = "lines")
  public void aLineForPeopleIsTaken(String text) {
    assertThat(UserForm.line("reason", text, 40)).isEqualTo(text);
  }

  @DataProvider
  public Object[][] hidden() {
    return new Object[][] {
      {""},
      {"x".repeat(41)},
      {"two\nlines"},
      {"a line separator\u2028"},
      {"a turned \u202E text"},
      {"a zero\u200B space"},
      {"a tag \uDB40\uDC41 of two units"},
      {"half a pair \uD83D"},
      {"\uDE00 the other half"},
    };
  }

  @Test(dataProvider = "hidden")
  public void whatDoesNotLookAsItIsIsRefused(String text) {
    assertThatThrownBy(() -> UserForm.line("reason", text, 40))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("reason: ")
        .hasMessageContaining("without control and format characters");
  }
}
