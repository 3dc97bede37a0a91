package dev.parley.gateway.user.history;

import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.HistorySource;
import dev.parley.gateway.limit.ByteAccount;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.user.home.Home;
import dev.parley.gateway.user.thread.ThreadState;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Gives the runs of one home what was said in their threads before. Used at the home only. */
public final class Histories {

  private final Home home;
  private final EventLog log;
  private final Executor executor;
  private final HistoryCache cache;

  /**
   * Histories that are read from this log.
   *
   * @param executor folds events, and completes the stages that agents get
   * @param account the bytes that all homes keep, a {@link HistoryCache#account}
   */
  public Histories(Home home, EventLog log, Executor executor, ByteAccount account) {
    this.home = home;
    this.log = log;
    this.executor = executor;
    this.cache = new HistoryCache(account);
  }

  /**
   * What this agent is told of what was said before its run, which has just begun: its beginning is
   * the thread's head.
   */
  public HistorySource before(ThreadState thread, AgentName agent) {
    return before(thread, agent, thread.head());
  }

  /** What this agent is told of what was said before its run, whose beginning is at this seq. */
  public HistorySource before(ThreadState thread, AgentName agent, long upTo) {
    home.check();
    Epoch epoch = thread.epoch();
    return new HistorySource() {
      @Override
      public CompletionStage<History> read(int maxBytes) {
        return folded(maxBytes, false).thenApply(FoldedThread::history);
      }

      @Override
      public CompletionStage<History> readWithNewestNotes(int maxBytes) {
        return folded(maxBytes, true).thenApply(FoldedThread::history);
      }

      private CompletionStage<FoldedThread> folded(int maxBytes, boolean newestNotesOnly) {
        CompletableFuture<FoldedThread> folded = new CompletableFuture<>();
        BackwardReader.Target target =
            new BackwardReader.Target(thread.key(), epoch, upTo, agent, maxBytes, newestNotesOnly);
        home.execute(() -> Histories.this.read(thread, target, folded));
        return folded;
      }
    };
  }

  private void read(
      ThreadState thread, BackwardReader.Target target, CompletableFuture<FoldedThread> result) {
    FoldedThread known = cache.find(target);
    CompletionStage<FoldedThread> folded = new BackwardReader(log, executor, target, known).read();
    home.whenComplete(folded, now -> cache.put(thread, target.epoch(), now), failure -> {});
    var ignored =
        folded.whenCompleteAsync(
            (now, failure) -> {
              if (failure == null) {
                result.complete(now);
              } else {
                result.completeExceptionally(failure);
              }
            },
            executor);
  }
}
