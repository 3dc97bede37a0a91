package dev.parley.gateway.auth;

import dev.parley.gateway.monitor.VerificationMetrics;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that compute signatures of public keys. Clients take turns: each has a queue of its
 * own, and one task of the next client is taken at a time. A client that sends many tokens delays
 * its own. Callable from any thread; it blocks none. The lock is held for a few instructions.
 */
final class VerificationPool implements AutoCloseable {

  /** How many tasks of one client run at the same time. */
  static final int MAX_RUNNING = 4;

  /** The part of the queue that one client may have. */
  private static final int SHARE = 8;

  private static final Logger LOG = LoggerFactory.getLogger(VerificationPool.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final int maxThreads;
  private final int maxWaiting;
  private final int maxWaitingOfClient;
  private final VerificationMetrics metrics;
  private final Map<Object, Client> clients = new HashMap<>();

  /** Clients with a task that may run now, in turn. */
  private final Queue<Client> turns = new ArrayDeque<>();

  private final List<Thread> threads = new ArrayList<>();
  private int idle;
  private int waiting;
  private boolean isClosed;

  /** The tasks of one client; used under the lock. */
  private static final class Client {
    private final Object key;
    private final Queue<Runnable> tasks = new ArrayDeque<>(2);
    private int running;
    private boolean hasTurn;

    Client(Object key) {
      this.key = key;
    }
  }

  private record Turn(Client client, Runnable task) {}

  /** The threads are started when there is work for them. */
  VerificationPool(int maxThreads, int maxWaiting, VerificationMetrics metrics) {
    this.maxThreads = maxThreads;
    this.maxWaiting = maxWaiting;
    this.maxWaitingOfClient = Math.max(1, maxWaiting / SHARE);
    this.metrics = metrics;
  }

  /** The refusal of a token that cannot be verified now. */
  static RefusedException overloaded(String why, Duration retryAfter) {
    return new RefusedException(Refusal.temporary(ErrorCode.OVERLOADED, why, retryAfter));
  }

  /**
   * Runs a task in the client's turn.
   *
   * @return completes on a thread of this pool
   * @throws RefusedException if too many tasks wait
   */
  <T> CompletableFuture<T> submit(Object client, Supplier<T> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    if (!enter(client, () -> run(task, result))) {
      metrics.overloaded();
      throw overloaded("tokens: too many wait to be verified", RETRY_AFTER);
    }
    return result;
  }

  private static <T> void run(Supplier<T> task, CompletableFuture<T> result) {
    try {
      result.complete(task.get());
    } catch (RuntimeException failure) {
      result.completeExceptionally(failure);
    }
  }

  private synchronized boolean enter(Object key, Runnable task) {
    Client known = clients.get(key);
    int waitingOfClient = known == null ? 0 : known.tasks.size();
    if (isClosed || waiting >= maxWaiting || waitingOfClient >= maxWaitingOfClient) {
      return false;
    }
    Client client = clients.computeIfAbsent(key, Client::new);
    client.tasks.add(task);
    waiting++;
    giveTurn(client);
    return true;
  }

  /** Called under the lock. */
  private void giveTurn(Client client) {
    if (client.hasTurn || client.tasks.isEmpty() || client.running >= MAX_RUNNING) {
      return;
    }
    client.hasTurn = true;
    turns.add(client);
    if (idle > 0) {
      notifyAll();
    } else if (threads.size() < maxThreads) {
      start();
    }
  }

  private void start() {
    Thread thread = new Thread(this::work, "token-verifier-" + (threads.size() + 1));
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void work() {
    try {
      while (true) {
        Turn turn = next();
        try {
          turn.task().run();
        } catch (RuntimeException fault) {
          LOG.error("the outcome of a token was not taken", fault);
        } finally {
          done(turn.client());
        }
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Turn next() throws InterruptedException {
    while (turns.isEmpty()) {
      idle++;
      try {
        wait();
      } finally {
        idle--;
      }
    }
    Client client = turns.remove();
    client.hasTurn = false;
    client.running++;
    waiting--;
    Runnable task = client.tasks.remove();
    giveTurn(client);
    return new Turn(client, task);
  }

  private synchronized void done(Client client) {
    client.running--;
    giveTurn(client);
    if (client.running == 0 && client.tasks.isEmpty()) {
      clients.remove(client.key);
    }
  }

  /** How many tasks wait now. */
  synchronized int waiting() {
    return waiting;
  }

  /** Ends the threads; what waits never completes, as its sockets are closed. */
  @Override
  public synchronized void close() {
    isClosed = true;
    threads.forEach(Thread::interrupt);
  }
}
