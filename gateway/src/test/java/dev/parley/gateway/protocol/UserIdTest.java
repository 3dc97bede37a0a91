package dev.parley.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class UserIdTest {

  @DataProvider
  public Object[] sound() {
    return new Object[] {
      "a", "ada lovelace", "a:b", "é".repeat(127), "\uD83D\uDE00".repeat(63), "x".repeat(255), " "
    };
  }

  @DataProvider
  public Object[] unsound() {
    return new Object[] {
      "",
      "x".repeat(256),
      "é".repeat(128),
      "\uD83D\uDE00".repeat(64),
      "a\u0000",
      "a\nb",
      "\u007f",
      "\u0085",
      "\uD83D",
      "a\uDE00"
    };
  }

  @Test(dataProvider = "sound")
  public void keepsFreeTextOfUpTo255BytesOfUtf8(String name) {
    assertThat(new UserId("default", name).subject()).isEqualTo(name);
    assertThat(new UserId(name, "ada").tenant()).isEqualTo(name);
  }

  @Test(dataProvider = "unsound")
  public void refusesTheRestByTheNameOfTheClaim(String name) {
    String expected = "(expected: 1 to 255 bytes of UTF-8 without control characters)";
    assertThatThrownBy(() -> new UserId("default", name))
        .hasMessageStartingWith("sub: ")
        .hasMessageEndingWith(expected);
    assertThatThrownBy(() -> new UserId(name, "ada")).hasMessageStartingWith("tenant: ");
  }

  public void tenantAndSubjectDoNotRunIntoEachOther() {
    assertThat(new UserId("a:b", "c")).isNotEqualTo(new UserId("a", "b:c"));
  }
}
