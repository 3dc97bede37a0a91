package dev.parley.gateway.user;

import org.testng.annotations.Test;

/**
 * In any order of events every run ends, every reader can follow, and nothing is left in memory.
 */
@Test(groups = "unit")
public class SimulationTest {

  private static final int LIVES = 150;
  private static final int STEPS = 120;

  public void everyLifeComesToRest() {
    for (int seed = 0; seed < LIVES; seed++) {
      try (UserRig rig = new UserRig()) {
        new Simulation(rig, seed).run(STEPS);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed: " + seed + " (expected: a life that comes to rest)", e);
      }
    }
  }
}
