package dev.parley.gateway.user.read;

import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** The user's inbox as those who read it need it. Used at the user's home only. */
public interface InboxWatch {

  /**
   * Calls one of the two: with the highest acknowledged seq, 0 if there is none, as soon as it is
   * known.
   */
  void whenAcknowledgedIsKnown(LongConsumer onKnown, Consumer<Throwable> onFailure);

  /** The inbox up to this seq was written to a socket of the user. */
  void written(long seq);
}
