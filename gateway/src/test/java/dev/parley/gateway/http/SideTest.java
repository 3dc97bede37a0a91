package dev.parley.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.Test;

@Test(groups = "unit")
public class SideTest {

  public void eachSideServesItsOwnAndWhatIsOnBoth() {
    assertThat(Side.USERS.serves(Side.USERS)).isTrue();
    assertThat(Side.USERS.serves(Side.BOTH)).isTrue();
    assertThat(Side.USERS.serves(Side.OPERATORS)).isFalse();
    assertThat(Side.OPERATORS.serves(Side.OPERATORS)).isTrue();
    assertThat(Side.OPERATORS.serves(Side.BOTH)).isTrue();
    assertThat(Side.OPERATORS.serves(Side.USERS)).isFalse();
  }

  public void aListenerForBothServesAll() {
    for (Side each : Side.values()) {
      assertThat(Side.BOTH.serves(each)).isTrue();
    }
  }
}
