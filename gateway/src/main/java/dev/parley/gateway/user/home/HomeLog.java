package dev.parley.gateway.user.home;

import dev.parley.gateway.log.CommandReceipt;
import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The log as one user's home calls it: every answer comes back to the home. A failure says that the
 * log did not answer; whether it did what it was asked is not known then. Used at home only.
 */
public final class HomeLog {

  /** Enough for one event: a page has at least one. */
  private static final int ONE_EVENT = 1;

  private final UserId user;
  private final Home home;
  private final EventLog log;

  public HomeLog(UserId user, Home home, EventLog log) {
    this.user = user;
    this.home = home;
    this.log = log;
  }

  public Home home() {
    return home;
  }

  /** The key of the user's thread of this name. */
  public ThreadKey key(ThreadId thread) {
    return new ThreadKey(user, thread);
  }

  public void commit(
      Commit commit, Consumer<CommitResult> onResult, Consumer<Throwable> onFailure) {
    home.check();
    home.whenComplete(log.commit(commit), onResult, onFailure);
  }

  public void head(ThreadId thread, Consumer<ThreadHead> onResult, Consumer<Throwable> onFailure) {
    home.check();
    home.whenComplete(log.head(key(thread)), onResult, onFailure);
  }

  /** What the log answered to an accepted command, if it was accepted. */
  public void find(
      CommandId command,
      Consumer<Optional<CommandReceipt>> onResult,
      Consumer<Throwable> onFailure) {
    home.check();
    home.whenComplete(log.find(user, command), onResult, onFailure);
  }

  public void run(
      RunId run, Consumer<Optional<RunRecord>> onResult, Consumer<Throwable> onFailure) {
    home.check();
    home.whenComplete(log.run(user, run), onResult, onFailure);
  }

  /** Reads with several calls. The reading gets the log; its result comes back to the home. */
  public <T> void readWith(
      Function<EventLog, CompletionStage<T>> reading,
      Consumer<T> onResult,
      Consumer<Throwable> onFailure) {
    home.check();
    home.whenComplete(reading.apply(log), onResult, onFailure);
  }

  /** A page of the thread, as {@link EventLog#read}. */
  public CompletionStage<EventPage> read(ThreadId thread, long after, int maxBytes) {
    home.check();
    return log.read(key(thread), after, maxBytes);
  }

  /** The page that has the event of this seq, if that is kept. */
  public void readOne(
      ThreadId thread, long seq, Consumer<EventPage> onResult, Consumer<Throwable> onFailure) {
    home.check();
    home.whenComplete(log.read(key(thread), seq - 1, ONE_EVENT), onResult, onFailure);
  }
}
