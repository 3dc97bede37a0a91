package dev.parley.gateway.user;

import org.testng.annotations.Test;

/** Any sequence of agent calls, stops and crashes leaves whole runs, judged by another reader. */
@Test(groups = "unit")
public class RunLifeTest {

  /** 100,000 take some five minutes: {@code -Dparley.lives=100000}. */
  private static final int LIVES = Integer.getInteger("parley.lives", 2000);

  public void everyLifeLeavesWholeRuns() {
    for (long seed = 0; seed < LIVES; seed++) {
      try {
        new RunLife(seed).live();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed: " + seed + " (expected: whole runs)", e);
      }
    }
  }
}
