package dev.parley.gateway.agent.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit", timeOut = 60_000)
public class CircuitBreakerTest {

  private VirtualTime time;
  private CircuitBreaker breaker;

  @BeforeMethod(alwaysRun = true)
  void create() {
    time = new VirtualTime();
    breaker = new CircuitBreaker("x", time);
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      breaker.failed();
    }
  }

  public void fourFailuresInARowPass() {
    fail(4);
    assertThat(breaker.refusal()).isNull();
    breaker.succeeded();
    fail(4);
    assertThat(breaker.refusal()).isNull();
  }

  public void theFifthOpensItAndItSaysForHowLong() {
    fail(5);
    assertThat(breaker.refusal()).isEqualTo(Duration.ofSeconds(10));
    time.pass(Duration.ofSeconds(4));
    assertThat(breaker.refusal()).isEqualTo(Duration.ofSeconds(6));
  }

  public void thenOneAttemptAloneMayPass() {
    fail(5);
    time.pass(Duration.ofSeconds(10));
    assertThat(breaker.refusal()).isNull();
    assertThat(breaker.refusal()).isEqualTo(Duration.ofSeconds(1));
    breaker.succeeded();
    assertThat(breaker.refusal()).isNull();
    assertThat(breaker.refusal()).isNull();
  }

  public void anAttemptThatFailsDoublesThePauseUpToTwoMinutes() {
    fail(5);
    for (int seconds : new int[] {10, 20, 40, 80, 120, 120}) {
      assertThat(breaker.refusal()).isEqualTo(Duration.ofSeconds(seconds));
      time.pass(Duration.ofSeconds(seconds));
      assertThat(breaker.refusal()).isNull();
      fail(1);
    }
  }

  public void anAttemptWithoutResultLetsTheNextOnePass() {
    fail(5);
    time.pass(Duration.ofSeconds(10));
    assertThat(breaker.refusal()).isNull();
    breaker.undecided();
    assertThat(breaker.refusal()).isNull();
  }

  public void lateFailuresOfOthersDoNotProlongThePause() {
    fail(9);
    assertThat(breaker.refusal()).isEqualTo(Duration.ofSeconds(10));
  }
}
