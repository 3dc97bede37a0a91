package dev.parley.gateway.tests.security;

import dev.parley.gateway.tests.support.GatewayTest;
import java.util.HashMap;
import java.util.Map;
import org.testng.annotations.BeforeClass;

/**
 * Base class of the attack suite: one gateway and one {@link Neighbour} for all cases of a class.
 * Each case ends with {@link #assertWell}.
 */
abstract class AttackTest extends GatewayTest {
  private Neighbour neighbour;

  @Override
  protected final Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(Neighbour.SETTINGS);
    // The attacks of one class come from one address, one after another.
    settings.put("limits.unauthenticated_per_address", "5000");
    settings.put("limits.burst", "100000");
    settings.putAll(more());
    return settings;
  }

  /** Settings of this class. */
  protected Map<String, String> more() {
    return Map.of();
  }

  @BeforeClass(alwaysRun = true)
  public final void letNeighbourIn() {
    neighbour = keeping(new Neighbour(gateway));
  }

  /** Asserts that the gateway and the neighbour are well. */
  protected final void assertWell() {
    neighbour.assertWell();
  }
}
