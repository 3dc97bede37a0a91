package dev.parley.gateway.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The edges of the table of well-formed byte sequences of RFC 3629, section 4. */
@Test(groups = "unit")
public class Utf8FormsTest {

  @DataProvider
  public Object[] wellFormed() {
    return new Object[] {
      "",
      "00",
      "7F",
      "C280",
      "DFBF",
      "E0A080",
      "E0BFBF",
      "E18080",
      "ECBFBF",
      "ED8080",
      "ED9FBF",
      "EE8080",
      "EFBFBF",
      "F0908080",
      "F0BFBFBF",
      "F1808080",
      "F3BFBFBF",
      "F4808080",
      "F48FBFBF"
    };
  }

  /** A lone continuation, overlong forms, surrogates, beyond U+10FFFF, cut off, wrong followers. */
  @DataProvider
  public Object[] malformed() {
    return new Object[] {
      "80",
      "BF",
      "C080",
      "C1BF",
      "E08080",
      "E09FBF",
      "EDA080",
      "EDBFBF",
      "F0808080",
      "F08FBFBF",
      "F4908080",
      "F5808080",
      "FF",
      "C2",
      "E1",
      "E180",
      "F1",
      "F180",
      "F18080",
      "C27F",
      "C2C0",
      "E17F80",
      "E1C080",
      "E1807F",
      "E180C0",
      "F17F8080",
      "F1C08080",
      "F1807F80",
      "F180C080",
      "F180807F",
      "F18080C0"
    };
  }

  /** Words of eight bytes are read at once, so each place in a word counts. */
  private static byte[] among(String hex, int before, int after) {
    byte[] sequence = HexFormat.of().parseHex(hex);
    byte[] text = new byte[before + sequence.length + after];
    Arrays.fill(text, (byte) 'x');
    System.arraycopy(sequence, 0, text, before, sequence.length);
    return text;
  }

  @Test(dataProvider = "wellFormed")
  public void aWellFormedSequenceIsValidAnywhere(String hex) {
    for (int before = 0; before <= 17; before++) {
      assertThat(Utf8.isValid(among(hex, before, 0))).as("%d before", before).isTrue();
      assertThat(Utf8.isValid(among(hex, before, 9))).as("%d before, more", before).isTrue();
    }
  }

  @Test(dataProvider = "malformed")
  public void aMalformedSequenceIsNotValidAnywhere(String hex) {
    for (int before = 0; before <= 17; before++) {
      assertThat(Utf8.isValid(among(hex, before, 0))).as("%d before", before).isFalse();
      assertThat(Utf8.isValid(among(hex, before, 9))).as("%d before, more", before).isFalse();
    }
  }
}
