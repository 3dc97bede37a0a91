package dev.parley.gateway.user.read;

import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.ConnectionId;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.user.thread.Frame;

/**
 * A connection as its user context sees it. All methods are called at the user's home, and what
 * they are given reaches the socket in the order of the calls. After the connection has closed they
 * do nothing. What cannot be written closes the connection, and throws nothing.
 */
public interface Subscriber {

  ConnectionId id();

  /** The user context has loaded and takes commands: send the welcome, begin to read. */
  void welcome(Frame frame);

  /** The one answer to one command, which is unanswered no longer. */
  void reply(ServerSignal signal);

  /** One command is carried out and unanswered no longer: its type has no answer. */
  void done();

  /** A signal that answers no command. */
  void signal(Frame frame);

  /**
   * The answer to the ask of this connection, written with one flush; it may ask again then. When
   * its frames have been copied, or the connection has closed, it is {@link Answer#taken}.
   */
  void answer(Answer answer);

  /** So many threads are read now. */
  void subscriptions(int now);

  /** Closes the connection with this reason, after everything that was given before. */
  void close(CloseReason reason);
}
