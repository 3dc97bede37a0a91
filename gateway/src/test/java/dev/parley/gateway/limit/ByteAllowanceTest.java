package dev.parley.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.Test;

@Test(groups = "unit")
public class ByteAllowanceTest {

  public void whatFitsToTheLastByteIsTaken() {
    ByteAllowance allowance = new ByteAllowance(10);
    assertThat(allowance.take(4)).isTrue();
    assertThat(allowance.take(6)).isTrue();
    assertThat(allowance.take(1)).isFalse();
  }

  public void whatWasRefusedDoesNotCount() {
    ByteAllowance allowance = new ByteAllowance(10);
    assertThat(allowance.take(4)).isTrue();
    assertThat(allowance.take(7)).isFalse();
    assertThat(allowance.left()).isEqualTo(6);
  }

  public void theFirstFrameFitsHoweverLargeAndTheNextOneDoesNot() {
    ByteAllowance allowance = new ByteAllowance(10);
    assertThat(allowance.take(1_000)).isTrue();
    assertThat(allowance.take(1)).isFalse();
  }

  public void aPageIsNeverAskedForWithoutAnyBytes() {
    ByteAllowance allowance = new ByteAllowance(10);
    assertThat(allowance.left()).isEqualTo(10);
    allowance.take(10);
    assertThat(allowance.left()).isEqualTo(1);
  }
}
