package dev.parley.gateway.user.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.limit.ByteAccount;
import dev.parley.gateway.log.Commits;
import dev.parley.gateway.log.QueuedMessage;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.user.home.ManualHome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** A thread leaves the memory with the last of its leases, and not before. */
@Test(groups = "unit")
public class ThreadLeaseTest {

  private static final Watcher NOBODY =
      new Watcher() {
        @Override
        public void grown(boolean wasBehind) {}

        @Override
        public void wake() {}

        @Override
        public void acknowledged(long seq) {}

        @Override
        public void restart() {}
      };

  private final List<ThreadState> dropped = new ArrayList<>();
  private ThreadState thread;

  @BeforeMethod(alwaysRun = true)
  public void load() {
    dropped.clear();
    thread =
        new ThreadState(
            new ManualHome(),
            Commits.thread(Commits.ADA, "t"),
            ThreadHead.unborn(new Epoch("e")),
            new RecentEventsCache(new ByteAccount()),
            this::released);
  }

  private void released(ThreadState now) {
    if (now.isUnused()) {
      dropped.add(now);
    }
  }

  public void theLastLeaseDropsTheThreadOnce() {
    ThreadLease one = thread.lease();
    ThreadLease two = thread.lease();
    one.close();
    assertThat(dropped).isEmpty();
    two.close();
    assertThat(dropped).containsExactly(thread);
  }

  public void closingALeaseTwiceDropsNoThreadThatAnotherLeaseKeeps() {
    ThreadLease one = thread.lease();
    ThreadLease two = thread.lease();
    one.close();
    one.close();
    assertThat(dropped).isEmpty();
    two.close();
    two.close();
    assertThat(dropped).containsExactly(thread);
  }

  public void aCursorKeepsTheThreadUntilItIsClosed() {
    ThreadCursor cursor = thread.watch(NOBODY, 0);
    thread.lease().close();
    assertThat(dropped).isEmpty();
    cursor.close();
    cursor.close();
    assertThat(dropped).containsExactly(thread);
  }

  public void aRunAndAQueuedMessageKeepTheThread() {
    ThreadLease lease = thread.lease();
    thread.opened(Commits.R1, new AgentName("builtin"));
    thread.queue().reset(List.of(queued()));
    lease.close();
    lease = thread.lease();
    thread.ended(Commits.R1);
    lease.close();
    assertThat(dropped).isEmpty();
    lease = thread.lease();
    thread.queue().reset(List.of());
    lease.close();
    assertThat(dropped).containsExactly(thread);
  }

  public void deletingAThreadWhoseMessagesWereQueuedLeavesNothingInMemory() {
    ThreadLease lease = thread.lease();
    thread.queue().reset(List.of(queued()));
    lease.close();
    thread.deleted(new Epoch("next"));
    assertThat(dropped).containsExactly(thread);
  }

  public void aThreadIsUsedAtHomeOnly() {
    CompletableFuture<Void> elsewhere = CompletableFuture.runAsync(() -> thread.lease());
    assertThatThrownBy(elsewhere::join).hasMessageContaining("(expected: the home)");
  }

  private static QueuedMessage queued() {
    return new QueuedMessage(
        new CommandId("c1"), 1, new AgentName("builtin"), new MessageId("m_1"), false);
  }
}
