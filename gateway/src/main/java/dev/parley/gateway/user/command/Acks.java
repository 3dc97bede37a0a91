package dev.parley.gateway.user.command;

import dev.parley.gateway.log.RunHooks;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.protocol.Texts;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.home.CommonRefusals;
import dev.parley.gateway.user.home.HomeLog;
import dev.parley.gateway.user.read.Reader;
import dev.parley.gateway.user.thread.ThreadState;
import dev.parley.gateway.user.thread.Threads;

/**
 * Acknowledgements of the user's threads: the person has seen the events up to a seq. They end the
 * waiting of web hooks that tell ends of runs; nothing else is stored of them. The user's other
 * connections that read the thread are told. Used at the user's home only.
 */
public final class Acks {

  private final UserId user;
  private final HomeLog log;
  private final Threads threads;
  private final RunHooks hooks;
  private final Metrics metrics;

  public Acks(UserId user, HomeLog log, Threads threads, RunHooks hooks, Metrics metrics) {
    this.user = user;
    this.log = log;
    this.threads = threads;
    this.hooks = hooks;
    this.metrics = metrics;
  }

  /** The person has seen the thread up to a seq. {@code taken} runs when the next command may. */
  public void ack(Reader reader, ClientCommand.Ack command, Runnable taken) {
    log.home().check();
    threads.with(
        command.thread(),
        thread -> {
          acknowledge(reader, command, thread);
          taken.run();
        },
        failure -> {
          reader.reply(refused(command, CommonRefusals.logSilent()));
          taken.run();
        });
  }

  private void acknowledge(Reader reader, ClientCommand.Ack command, ThreadState thread) {
    reader.hasAcknowledged(thread.id(), command.seq());
    if (command.seq() > thread.head()) {
      reader.reply(refused(command, beyond(command, thread)));
    } else if (hooks.mayWait(user)) {
      log.home()
          .whenComplete(
              hooks.acknowledge(thread.key(), command.seq()),
              ended -> {
                metrics.runHooksAcknowledged(ended);
                acknowledged(reader, command, thread);
              },
              failure -> reader.reply(refused(command, CommonRefusals.logSilentOnCommit())));
    } else {
      acknowledged(reader, command, thread);
    }
  }

  /** A thread that was deleted meanwhile may have begun again. */
  private static void acknowledged(Reader reader, ClientCommand.Ack command, ThreadState thread) {
    if (command.seq() <= thread.head()) {
      thread.acknowledged(command.seq());
    }
    reader.done();
  }

  private static Refusal beyond(ClientCommand.Ack command, ThreadState thread) {
    return Refusal.at(
        ErrorCode.INVALID_ARGUMENT,
        "/payload/seq",
        Texts.expected(
            "payload.seq",
            Long.toString(command.seq()),
            "at most " + thread.head() + ", the newest of the thread"));
  }

  private static ServerSignal refused(ClientCommand.Ack command, Refusal refusal) {
    return ServerSignal.refused(command.id(), command.thread(), refusal);
  }
}
