package dev.parley.gateway.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class KeysTest {

  private static final List<String> PIECES =
      List.of("a", "b", ":", "/", " ", "\u00e9", "\u00ff", "\uffff", "\uD83D\uDE00", "1", "\u0101");

  @DataProvider
  public static Object[][] seeds() {
    return IntStream.range(0, 20).mapToObj(seed -> new Object[] {seed}).toArray(Object[][]::new);
  }

  public void namesThatJoinToTheSameTextHaveDifferentKeys() {
    ThreadKey left = thread("a:b", "c", "t");
    ThreadKey right = thread("a", "b:c", "t");
    assertThat(Keys.thread(left)).isNotEqualTo(Keys.thread(right));
    assertThat(Keys.user(left.user())).isNotEqualTo(Keys.user(right.user()));
  }

  /** The same letters split at two places, which a separator would confuse. */
  @Test(dataProvider = "seeds")
  public void keysAreEqualOnlyWhenTheNamesAre(int seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      List<String> letters = letters(random, 3 + random.nextInt(6));
      ThreadKey left = cut(letters, random);
      ThreadKey right = cut(letters, random);
      assertThat(Arrays.equals(Keys.thread(left), Keys.thread(right)))
          .as("%s and %s", left, right)
          .isEqualTo(left.equals(right));
    }
  }

  @Test(dataProvider = "seeds")
  public void noUsersKeysAreAmongAnothers(int seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      List<String> letters = letters(random, 3 + random.nextInt(6));
      ThreadKey left = cut(letters, random);
      ThreadKey right = cut(letters, random);
      byte[] from = Keys.user(left.user());
      byte[] key = Keys.thread(right);
      boolean among =
          Arrays.compareUnsigned(key, from) >= 0
              && Arrays.compareUnsigned(key, Keys.afterPrefix(from)) < 0;
      assertThat(among).isEqualTo(left.user().equals(right.user()));
    }
  }

  public void eventsOfAThreadAreInTheOrderOfTheirSeqs() {
    ThreadKey thread = thread("a", "b", "t");
    List<byte[]> keys =
        LongStream.of(1, 2, 127, 128, 255, 256, 65_535, 65_536, 1L << 31, 1L << 40, Long.MAX_VALUE)
            .mapToObj(seq -> Keys.event(thread, seq))
            .toList();
    assertThat(keys).isSortedAccordingTo(Arrays::compareUnsigned);
    assertThat(Keys.seq(keys.get(6))).isEqualTo(65_535);
  }

  public void longNamesComeBackFromTheKey() {
    ThreadKey thread = thread("t".repeat(255), "\u00e9".repeat(127), "x".repeat(64));
    assertThat(Keys.parseThread(Keys.thread(thread))).isEqualTo(thread);
  }

  public void afterPrefixCarriesOverFullBytes() {
    assertThat(Keys.afterPrefix(new byte[] {1, (byte) 0xFF, (byte) 0xFF})).containsExactly(2);
    assertThatThrownBy(() -> Keys.afterPrefix(new byte[] {(byte) 0xFF}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static List<String> letters(Random random, int count) {
    return random.ints(count, 0, PIECES.size()).mapToObj(PIECES::get).toList();
  }

  /** The letters as tenant and subject, cut anywhere. */
  private static ThreadKey cut(List<String> letters, Random random) {
    int at = 1 + random.nextInt(letters.size() - 1);
    String tenant = String.join("", letters.subList(0, at));
    String subject = String.join("", letters.subList(at, letters.size()));
    return thread(tenant, subject, random.nextBoolean() ? "t" : "tt");
  }

  private static ThreadKey thread(String tenant, String subject, String name) {
    return new ThreadKey(new UserId(tenant, subject), new ThreadId(name));
  }
}
