package dev.parley.gateway.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class TextsTest {

  public void saysNameValueAndExpectation() {
    assertThat(Texts.expected("port", "x", "1 to 65535"))
        .isEqualTo("port: x (expected: 1 to 65535)");
  }

  public void aValueOfEightyCharactersIsWhole() {
    assertThat(Texts.cut("x".repeat(80))).isEqualTo("x".repeat(80));
    assertThat(Texts.cut("x".repeat(81))).isEqualTo("x".repeat(80) + "…");
  }

  public void controlCharactersAreReplaced() {
    assertThat(Texts.cut("a\nb\u0000c\u007f\u0085")).isEqualTo("a\uFFFDb\uFFFDc\uFFFD\uFFFD");
  }

  public void aPairIsNotCutInTwo() {
    String cut = Texts.cut("x".repeat(79) + "\uD83D\uDE00");
    assertThat(cut).isEqualTo("x".repeat(79) + "…");
    assertThat(Texts.cut("x".repeat(78) + "\uD83D\uDE00y")).endsWith("\uD83D\uDE00…");
  }

  public void loneHalvesOfPairsAreReplaced() {
    assertThat(Texts.cut("\uDE00\uD83D")).isEqualTo("\uFFFD\uFFFD");
    assertThat(Texts.cut("\uD83D\uDE00")).isEqualTo("\uD83D\uDE00");
    assertThat(Texts.cut("\uD83D\uD83D\uDE00\uDE00")).isEqualTo("\uFFFD\uD83D\uDE00\uFFFD");
  }

  public void whateverItIsGivenCanBeEncoded() {
    Random random = new Random(3);
    for (int i = 0; i < 5000; i++) {
      StringBuilder value = new StringBuilder();
      for (int n = random.nextInt(100); n > 0; n--) {
        value.append((char) (random.nextBoolean() ? 0xD7F0 + random.nextInt(0x820) : 'x'));
      }
      assertThat(UTF_8.newEncoder().canEncode(Texts.cut(value.toString()))).isTrue();
    }
  }

  public void aLineHasNoControlCharactersAndNoSpaceAtItsEnds() {
    assertThat(Texts.line(" \t a\nb\u0007c \r\n", 80)).isEqualTo("a b c");
    assertThat(Texts.line("\n \u0000 ", 80)).isEmpty();
  }

  public void aLineIsCutByCodePoints() {
    assertThat(Texts.line("\uD83D\uDE00".repeat(3), 2)).isEqualTo("\uD83D\uDE00".repeat(2));
    assertThat(Texts.line("ab cd", 3)).isEqualTo("ab");
  }

  public void onlyATextWithoutHalvesIsWhole() {
    assertThat(Texts.isWhole("a\uD83D\uDE00b")).isTrue();
    assertThat(Texts.isWhole("a\uD83D")).isFalse();
    assertThat(Texts.isWhole("\uDE00a")).isFalse();
  }

  public void eachHalfIsReplacedAndAWholePairStays() {
    assertThat(Texts.whole("\uD83D\uD83D\uDE00\uDE00x\uD83D"))
        .isEqualTo("\uFFFD\uD83D\uDE00\uFFFDx\uFFFD");
    assertThat(Texts.whole("\uD83Da")).isEqualTo("\uFFFDa");
  }
}
