package dev.parley.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.Test;

/** What a flood of unknown ids of keys may take. */
@Test(groups = "unit")
public class UnknownKidsTest {

  /** What it counts for an id without characters. */
  private static final int OVERHEAD = 120;

  public void unknownIdsTakeLittleMemory() {
    UnknownKids unknown = new UnknownKids();
    for (int i = 0; i < 5_000; i++) {
      unknown.add(i + "é".repeat(250), 100);
      unknown.add(i + "é".repeat(250), 200);
      assertThat(unknown.bytes()).isLessThanOrEqualTo(UnknownKids.MAX_BYTES);
    }
    assertThat(unknown.size()).isBetween(300, 500);
    assertThat(unknown.has("4999" + "é".repeat(250), 150)).isTrue();
    assertThat(unknown.has("4999" + "é".repeat(250), 200)).isFalse();
    for (int i = 0; i < 5_000; i++) {
      unknown.add("k" + i, 100);
    }
    assertThat(unknown.size()).isEqualTo(UnknownKids.MAX_IDS);
    assertThat(unknown.bytes()).isLessThanOrEqualTo(130 * UnknownKids.MAX_IDS);
  }

  public void theBytesAreThoseOfTheIdsThatAreThere() {
    UnknownKids unknown = new UnknownKids();
    unknown.add("ab", 100);
    assertThat(unknown.bytes()).isEqualTo(OVERHEAD + 4);
    unknown.add("ab", 200);
    assertThat(unknown.bytes()).as("the same again").isEqualTo(OVERHEAD + 4);
    unknown.add("abc", 100);
    assertThat(unknown.bytes()).isEqualTo(2 * OVERHEAD + 10);
    assertThat(unknown.size()).isEqualTo(2);
  }

  public void theOldestIsForgottenWhenTheBytesPassTheMaximum() {
    UnknownKids unknown = new UnknownKids();
    int length = 196;
    int most = UnknownKids.MAX_BYTES / (OVERHEAD + 2 * length);
    for (int i = 0; i < most; i++) {
      unknown.add(id(i, length), 100);
    }
    assertThat(unknown.bytes()).isEqualTo(UnknownKids.MAX_BYTES);
    assertThat(unknown.has(id(0, length), 1)).isTrue();
    unknown.add("", 100);
    assertThat(unknown.has(id(0, length), 1)).isFalse();
    assertThat(unknown.has(id(1, length), 1)).isTrue();
  }

  private static String id(int number, int length) {
    return "x".repeat(length - 3) + (100 + number);
  }
}
