package dev.parley.gateway.agent.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class StatisticsTest {

  /** What a sentence is, without regard to the time that it takes. */
  private static final Pattern SENTENCE = Pattern.compile("[^.!?…]*[\\p{L}\\p{N}][^.!?…]*");

  private static final int LENGTH = 9_900;

  /** A text that counts how often one of its characters is read. */
  private static final class CountedText implements CharSequence {
    private final String text;
    private long reads;

    CountedText(String text) {
      this.text = text;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      reads++;
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }
  }

  @DataProvider
  public Object[][] hostileTexts() {
    return new Object[][] {{"-"}, {" "}, {"."}, {"a"}, {"a-"}, {"-."}, {"’"}, {"a "}, {"\n"}};
  }

  @Test(dataProvider = "hostileTexts")
  public void readsEachCharacterAFewTimesOnly(String piece) {
    CountedText text = new CountedText(piece.repeat(LENGTH / piece.length()));
    Statistics.words(text);
    Statistics.sentences(text);
    assertThat(text.reads).isLessThanOrEqualTo(8L * LENGTH);
  }

  public void countsTheSentencesOfAnyText() {
    Random random = new Random(7);
    String alphabet = "aB7é.!?… -,'\n½\uD835\uDC00\uD83D";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(30); length > 0; length--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertThat(Statistics.of(text.toString()).sentences())
          .as("%s", text)
          .isEqualTo(SENTENCE.matcher(text).results().count());
    }
  }
}
