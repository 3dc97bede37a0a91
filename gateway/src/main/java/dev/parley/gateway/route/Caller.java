package dev.parley.gateway.route;

import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.ConnectionId;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.user.read.Answer;
import dev.parley.gateway.user.read.Subscriber;
import dev.parley.gateway.user.thread.Frame;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Somebody who waits for the one answer to one command, and reads nothing. */
final class Caller implements Subscriber {

  /** Nobody is shown it. */
  private static final ConnectionId NONE = new ConnectionId("c_call");

  private final CompletableFuture<ServerSignal> reply = new CompletableFuture<>();

  CompletionStage<ServerSignal> reply() {
    return reply;
  }

  @Override
  public ConnectionId id() {
    return NONE;
  }

  @Override
  public void reply(ServerSignal signal) {
    reply.complete(signal);
  }

  @Override
  public void close(CloseReason reason) {
    reply.completeExceptionally(new IllegalStateException("call: closed for " + reason));
  }

  @Override
  public void welcome(Frame frame) {}

  @Override
  public void reply(Frame frame) {}

  @Override
  public void signal(Frame frame) {}

  @Override
  public void answer(Answer answer) {
    answer.taken();
  }
}
