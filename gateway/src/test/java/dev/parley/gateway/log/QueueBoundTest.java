package dev.parley.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.Test;

/** How the space of the commit queue is shared. */
@Test(groups = "unit")
public class QueueBoundTest {

  private static final long BYTES = 100_000;
  private static final long CHANGE = 500;

  /** As many as there is space for. */
  private static int takeInboxes(QueueBound bound) {
    int taken = 0;
    while (bound.tryTakeInbox(CHANGE)) {
      taken++;
    }
    return taken;
  }

  public void changesOfInboxesTakeAQuarter() {
    QueueBound bound = new QueueBound(BYTES);
    int taken = takeInboxes(bound);
    assertThat(bound.held()).isBetween(BYTES / 5, BYTES / 4);
    assertThat(bound.tryTake(Commits.append(Commits.T1, "x".repeat((int) BYTES / 2)))).isTrue();
    bound.releaseInbox(CHANGE);
    assertThat(takeInboxes(bound)).isEqualTo(1);
    for (int i = 0; i < taken; i++) {
      bound.releaseInbox(CHANGE);
    }
    assertThat(takeInboxes(bound)).isEqualTo(taken);
  }

  public void aLargeChangeIsTakenWhenThereIsNoOther() {
    QueueBound bound = new QueueBound(BYTES);
    assertThat(bound.tryTakeInbox(BYTES / 2)).isTrue();
    assertThat(bound.tryTakeInbox(1)).isFalse();
    bound.releaseInbox(BYTES / 2);
    assertThat(bound.held()).isZero();
    assertThat(bound.tryTakeInbox(1)).isTrue();
  }

  public void aChangeThatTheFullQueueRefusesHoldsNothing() {
    QueueBound bound = new QueueBound(BYTES);
    Commit large = Commits.append(Commits.T1, "x".repeat((int) BYTES));
    assertThat(bound.tryTake(large)).isTrue();
    assertThat(bound.tryTakeInbox(BYTES / 4)).isFalse();
    bound.release(large);
    assertThat(takeInboxes(bound)).isGreaterThan(1);
  }
}
