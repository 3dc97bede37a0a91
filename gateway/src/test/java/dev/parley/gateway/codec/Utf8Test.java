package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Random;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class Utf8Test {

  private static boolean isValidToTheJdk(byte[] bytes) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  public void everySequenceOfThreeBytesIsJudgedAsTheJdkDoes() {
    byte[] bytes = new byte[3];
    for (int value = 0x80_0000; value < 0x100_0000; value += 7) {
      bytes[0] = (byte) (value >> 16);
      bytes[1] = (byte) (value >> 8);
      bytes[2] = (byte) value;
      assertThat(Utf8.isValid(bytes)).isEqualTo(isValidToTheJdk(bytes));
    }
  }

  public void longTextsWithOneBrokenByteAreJudgedAsTheJdkDoes() {
    Random random = new Random(20261122);
    byte[] text = "häuser, 家, 🏠 and plain words in between; ".repeat(3).getBytes(UTF_8);
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes = text.clone();
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      assertThat(Utf8.isValid(bytes)).isEqualTo(isValidToTheJdk(bytes));
    }
  }

  public void textsOfEveryLengthAreValid() {
    for (int length = 0; length < 40; length++) {
      assertThat(Utf8.isValid(("a".repeat(length) + "é").getBytes(UTF_8))).isTrue();
      assertThat(Utf8.isValid("a".repeat(length).getBytes(UTF_8))).isTrue();
    }
  }
}
