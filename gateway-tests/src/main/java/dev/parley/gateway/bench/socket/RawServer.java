package dev.parley.gateway.bench.socket;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * The cost of Netty alone: its standard WebSocket handlers, followed by one handler for the
 * measured work. No tokens, no limits, no store.
 */
public final class RawServer {

  private static final int MAX_REQUEST = 64 * 1024;

  private RawServer() {}

  /** The handler after the standard ones. */
  enum RawKind {
    ECHO,
    /** As ECHO, without a stage for whole requests: a handshake needs none. */
    HANDSHAKE,
    BROADCAST,
    BEAT
  }

  /** Serves until its input ends. Arguments: {@code kind paceMillis}. */
  public static void main(String[] args) throws InterruptedException, IOException {
    RawKind kind = RawKind.valueOf(args[0]);
    EventLoopGroup loops = Sockets.loops(0);
    int pace = Integer.parseInt(args[1]);
    RawBroadcasts broadcasts = new RawBroadcasts(loops, pace);
    Consumer<ChannelPipeline> handlers =
        pipeline ->
            pipeline
                .addLast(
                    new WebSocketServerProtocolHandler(
                        "/ws", Sockets.SUBPROTOCOL, false, MAX_REQUEST, false, true))
                .addLast(handler(kind, pace, broadcasts));
    if (kind == RawKind.HANDSHAKE) {
      HttpServers.serve("raw", loops, handlers);
    } else {
      HttpServers.serve("raw", loops, MAX_REQUEST, handlers);
    }
  }

  private static ChannelHandler handler(RawKind kind, int paceMillis, RawBroadcasts broadcasts) {
    return switch (kind) {
      case ECHO, HANDSHAKE -> new EchoHandler();
      case BROADCAST -> broadcasts.handler();
      case BEAT -> new BeatHandler(paceMillis);
    };
  }
}
