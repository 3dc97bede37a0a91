package dev.parley.gateway.limit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/**
 * Threads that clients use in turns: each client has a queue of its own, and one task of the next
 * client is taken at a time. A client with many tasks delays its own. Callable from any thread; it
 * blocks none. The lock is held for a few instructions.
 */
public final class FairThreads implements AutoCloseable {

  private final String name;
  private final Bounds bounds;
  private final Consumer<Throwable> onFault;
  private final ThreadFactory factory;
  private final Map<Object, Client> clients = new HashMap<>();

  /** Clients with a task that may run now, in turn. */
  private final Queue<Client> turns = new ArrayDeque<>();

  private final List<Thread> threads = new ArrayList<>();
  private int idle;
  private int waiting;
  private int started;

  /** Whether the last thread could not be started: that is told once. */
  private boolean isRefused;

  private boolean isClosed;

  /**
   * The bounds of a pool.
   *
   * @param threads that run tasks
   * @param waiting tasks that may wait
   * @param waitingOfClient those of one client that may
   * @param runningOfClient tasks of one client that run at the same time
   */
  public record Bounds(int threads, int waiting, int waitingOfClient, int runningOfClient) {}

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

  /**
   * The threads are started when there is work for them.
   *
   * @param name that of the threads, before their number
   * @param onFault is told on the thread of a task that it has failed, and on that of a call that
   *     no thread can be started
   */
  public FairThreads(String name, Bounds bounds, Consumer<Throwable> onFault) {
    this(name, bounds, onFault, Thread::new);
  }

  /** With threads of this factory. */
  public FairThreads(
      String name, Bounds bounds, Consumer<Throwable> onFault, ThreadFactory factory) {
    this.factory = factory;
    this.name = name;
    this.bounds = bounds;
    this.onFault = onFault;
  }

  /**
   * Runs a task in the client's turn; false if too many wait, if no thread can be started, or if
   * this is closed.
   */
  public synchronized boolean submit(Object key, Runnable task) {
    Client known = clients.get(key);
    int waitingOfClient = known == null ? 0 : known.tasks.size();
    if (isClosed || waiting >= bounds.waiting() || waitingOfClient >= bounds.waitingOfClient()) {
      return false;
    }
    Client client = clients.computeIfAbsent(key, Client::new);
    client.tasks.add(task);
    waiting++;
    giveTurn(client);
    if (threads.isEmpty()) {
      withdraw(client);
      return false;
    }
    return true;
  }

  /** Called under the lock, when no thread could be started: then nothing else waits. */
  private void withdraw(Client client) {
    turns.clear();
    clients.remove(client.key);
    waiting = 0;
  }

  /** Called under the lock. */
  private void giveTurn(Client client) {
    if (client.hasTurn || client.tasks.isEmpty() || client.running >= bounds.runningOfClient()) {
      return;
    }
    client.hasTurn = true;
    turns.add(client);
    if (idle > 0) {
      notifyAll();
    } else if (threads.size() < bounds.threads()) {
      start();
    }
  }

  /** Called under the lock. A thread that the system refuses takes no place. */
  private void start() {
    try {
      Thread thread = factory.newThread(this::work);
      thread.setName(name + "-" + (started + 1));
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
      started++;
      isRefused = false;
    } catch (RuntimeException | Error refused) {
      if (!isRefused) {
        onFault.accept(refused);
      }
      isRefused = true;
    }
  }

  private void work() {
    try {
      while (true) {
        Turn turn = next();
        try {
          turn.task().run();
        } catch (RuntimeException | Error fault) {
          onFault.accept(fault);
        } finally {
          done(turn.client());
        }
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    } finally {
      ended();
    }
  }

  /** Another thread takes the place of one that ends while there is work. */
  private synchronized void ended() {
    threads.remove(Thread.currentThread());
    if (!isClosed && !turns.isEmpty()) {
      start();
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
  public synchronized int waiting() {
    return waiting;
  }

  /** Ends the threads; what waits never runs. */
  @Override
  public synchronized void close() {
    isClosed = true;
    threads.forEach(Thread::interrupt);
  }
}
