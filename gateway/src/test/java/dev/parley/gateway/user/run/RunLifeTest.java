package dev.parley.gateway.user.run;

import dev.parley.gateway.testing.Repeats;
import java.util.stream.LongStream;
import org.testng.annotations.Test;

/**
 * Any sequence of agent calls, cancellations and crashes leaves whole runs, judged by another
 * reader.
 */
@Test(groups = "unit")
public class RunLifeTest {

  /** 100,000 take less than a minute: {@code -Dparley.lives=100000}. */
  private static final int LIVES = Integer.getInteger("parley.lives", Repeats.of(3_000, 10_000));

  public void everyLifeLeavesWholeRuns() {
    LongStream.range(0, LIVES).parallel().forEach(RunLifeTest::live);
  }

  private static void live(long seed) {
    try {
      new RunLife(seed).live();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed: " + seed + " (expected: whole runs)", e);
    }
  }
}
