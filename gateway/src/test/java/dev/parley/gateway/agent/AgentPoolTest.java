package dev.parley.gateway.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class AgentPoolTest {

  public void agentsThatAllBlockAreStillCalledBack() throws InterruptedException {
    try (AgentPool pool = new AgentPool()) {
      CompletableFuture<Void> release = new CompletableFuture<>();
      CountDownLatch gone = new CountDownLatch(pool.maxWorkers());
      for (int i = 0; i < pool.maxWorkers(); i++) {
        pool.threads().workers().execute(() -> waitFor(release, gone));
      }
      var ignored = release.completeAsync(() -> null, pool.threads().callbacks());
      assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  public void theThreadsOfCallbacksAreThereFromTheStart() {
    try (AgentPool pool = new AgentPool()) {
      ThreadPoolExecutor callbacks = (ThreadPoolExecutor) pool.threads().callbacks();
      assertThat(callbacks.getPoolSize()).isEqualTo(callbacks.getMaximumPoolSize());
      assertThat(callbacks.allowsCoreThreadTimeOut()).isFalse();
    }
  }

  public void agentsWorkOnVirtualThreadsWhereJavaHasThem() {
    boolean virtual = Runtime.version().feature() >= 21;
    try (AgentPool pool = new AgentPool()) {
      CompletableFuture<String> thread = new CompletableFuture<>();
      pool.threads().workers().execute(() -> thread.complete(Thread.currentThread().toString()));
      assertThat(thread.join().startsWith("VirtualThread")).isEqualTo(virtual);
    }
  }

  private static void waitFor(CompletableFuture<Void> release, CountDownLatch gone) {
    release.join();
    gone.countDown();
  }

  public void anAgentIsRejectedWhenAllThreadsAreInUse() {
    CountDownLatch end = new CountDownLatch(1);
    try (AgentPool pool = new AgentPool()) {
      for (int i = 0; i < pool.maxWorkers(); i++) {
        pool.threads().workers().execute(() -> waitUninterrupted(end));
      }
      assertThatThrownBy(() -> pool.threads().workers().execute(() -> {}))
          .isInstanceOf(RejectedExecutionException.class);
      end.countDown();
    }
  }

  private static void waitUninterrupted(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
