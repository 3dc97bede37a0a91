package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.ConnectionId;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.user.read.Answer;
import dev.parley.gateway.user.read.Subscriber;
import dev.parley.gateway.user.thread.Frame;

/**
 * A connection that only reads one thread. It gets no welcome, and closes when its subscription is
 * rejected. Called at the user's home.
 */
record StreamSubscriber(Connection connection) implements Subscriber {

  @Override
  public ConnectionId id() {
    return connection.id();
  }

  @Override
  public void welcome(Frame frame) {}

  @Override
  public void reply(ServerSignal signal) {
    connection.reply(signal);
    if (signal instanceof ServerSignal.Rejected rejected) {
      connection.close(rejected.refusal().code().closeReason());
    }
  }

  @Override
  public void done() {
    connection.done();
  }

  @Override
  public void signal(Frame frame) {
    connection.signal(frame);
  }

  @Override
  public void answer(Answer answer) {
    connection.answer(answer);
  }

  @Override
  public void subscriptions(int now) {
    connection.subscriptions(now);
  }

  @Override
  public void close(CloseReason reason) {
    connection.close(reason);
  }
}
