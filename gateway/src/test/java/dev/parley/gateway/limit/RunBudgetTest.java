package dev.parley.gateway.limit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class RunBudgetTest {

  private static final String HOUSE = "\uD83C\uDFE0";

  private static RunBudget with(long left) {
    RunBudget budget = new RunBudget();
    assertThat(budget.take(RunBudget.MAX_BYTES - left)).isTrue();
    return budget;
  }

  public void theLastByteMayBeTaken() {
    RunBudget budget = with(10);
    assertThat(budget.take(11)).isFalse();
    assertThat(budget.take(10)).isTrue();
    assertThat(budget.take(1)).isFalse();
    assertThat(budget.take(0)).isTrue();
  }

  /** The first and last characters of each length in UTF-8. */
  @DataProvider
  public Object[] characters() {
    return new Object[] {
      "\0", "\u007F", "\u0080", "\u07FF", "\u0800", "\uFFFF", "\uD800\uDC00", HOUSE
    };
  }

  @Test(dataProvider = "characters")
  public void aCharacterFitsWithAllOfItsBytesOrNotAtAll(String character) {
    int bytes = character.getBytes(UTF_8).length;
    assertThat(with(bytes - 1).fitting(character)).isEmpty();
    RunBudget budget = with(bytes);
    assertThat(budget.fitting(character)).isEqualTo(character);
    assertThat(budget.take(1)).isFalse();
  }

  public void aTextIsCutBetweenCharacters() {
    RunBudget budget = with(9);
    assertThat(budget.fitting("é" + HOUSE + HOUSE + "x")).isEqualTo("é" + HOUSE);
    assertThat(budget.take(3)).isTrue();
    assertThat(budget.take(1)).isFalse();
  }

  public void aTextThatFitsStaysWhole() {
    assertThat(with(100).fitting("x" + HOUSE + "é")).isEqualTo("x" + HOUSE + "é");
    assertThat(with(100).fitting("")).isEmpty();
  }
}
