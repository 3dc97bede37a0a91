package dev.parley.gateway.http;

import dev.parley.gateway.protocol.ClientCommand.Position;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Refusal;
import io.netty.channel.ChannelHandlerContext;
import java.util.Optional;

/** Opens streams of events in place of answers. Called on the connection's event loop. */
@FunctionalInterface
public interface EventStreamOpener {

  /**
   * Turns the socket into a stream of a thread's events. After a refusal nothing has been written.
   */
  Optional<Refusal> open(ChannelHandlerContext ctx, Principal principal, Position position);
}
