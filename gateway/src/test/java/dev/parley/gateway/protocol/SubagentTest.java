package dev.parley.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class SubagentTest {

  private static final String SMILE = "\uD83D\uDE00";

  @DataProvider
  public Object[][] badForms() {
    return new Object[][] {
      {"", "a", null, "id:  (expected: 1 to 128 of A-Z a-z 0-9 _ . : -)"},
      {"a b", "a", null, "id: a b (expected: 1 to 128"},
      {"x".repeat(129), "a", null, "id: xxx"},
      {"a", "", null, "name:  (expected: 1 to 64 characters, no control characters)"},
      {"a", "b\n", null, "name: b"},
      {"a", SMILE.repeat(65), null, "name: "},
      {"a", "\uD83D", null, "name: "},
      {"a", "b", "é", "parent: é (expected: 1 to 128"},
    };
  }

  @Test(dataProvider = "badForms")
  public void anotherFormIsRefused(
      String id, String name, @Nullable String parent, String problem) {
    assertThatThrownBy(() -> new Subagent(id, name, parent))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(problem);
  }

  public void aTextOfTheFormStaysAsItIs() {
    assertThat(Subagent.checkId("id", "run:1")).isEqualTo("run:1");
    assertThat(Subagent.checkName("the writer")).isEqualTo("the writer");
  }

  public void whatAServiceSaysIsBroughtIntoForm() {
    assertThat(Subagent.of("run:1", " the\nwriter ", ""))
        .isEqualTo(new Subagent("run:1", "the writer"));
    assertThat(Subagent.of("x", SMILE.repeat(70), "x"))
        .isEqualTo(new Subagent("x", SMILE.repeat(64)));
    assertThat(Subagent.of("x".repeat(100), "", "y"))
        .isEqualTo(new Subagent("x".repeat(100), "x".repeat(64), "y"));
  }

  public void anIdOfAnotherFormIsHashed() {
    Subagent one = Subagent.of("the writer", "w", "the boss");
    assertThat(one.id()).matches("[A-Za-z0-9_-]{22}").isNotEqualTo(one.parent());
    assertThat(one.parent()).isEqualTo(Subagent.of("the boss", "b", "").id());
    assertThat(Subagent.of("", "w", "").id()).hasSize(22);
  }
}
