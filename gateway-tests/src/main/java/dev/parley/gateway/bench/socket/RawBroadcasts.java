package dev.parley.gateway.bench.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One group of channels per path. A {@code user_message} from a channel starts a stream to its
 * group: at each tick one text in the form of a gateway event. A {@code cancel_run} ends the
 * stream.
 */
final class RawBroadcasts {

  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final EventLoopGroup loops;
  private final int paceMillis;
  private final Map<String, Group> groups = new ConcurrentHashMap<>();

  RawBroadcasts(EventLoopGroup loops, int paceMillis) {
    this.loops = loops;
    this.paceMillis = paceMillis;
  }

  ChannelHandler handler() {
    return new Member();
  }

  private final class Group {
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private @Nullable Future<?> ticks;
    private long seq;
    private long offset;

    synchronized void start() {
      ticks = loops.next().scheduleAtFixedRate(this::tick, 0, paceMillis, TimeUnit.MILLISECONDS);
    }

    synchronized void stop() {
      if (ticks != null) {
        ticks.cancel(false);
      }
      channels.writeAndFlush(new TextWebSocketFrame("{\"type\":\"agent_cancelled\"}"));
    }

    private synchronized void tick() {
      channels.writeAndFlush(
          new TextWebSocketFrame(
              String.format(
                  Locale.ROOT,
                  "{\"type\":\"agent_message\",\"thread_id\":\"bench\",\"seq\":%d,"
                      + "\"run_id\":\"r_XvlAJ3SJ6WdYcFVZBIpt\",\"timestamp\":\"%s\","
                      + "\"payload\":{\"message_id\":\"m_ZtHxYfe-l4QMgH97Pqdf\","
                      + "\"offset\":%d,\"delta\":\"%d \"}}",
                  ++seq,
                  MILLIS.format(Instant.now()),
                  offset += 4,
                  seq % 1000)));
    }
  }

  private final class Member extends SimpleChannelInboundHandler<TextWebSocketFrame> {
    private @Nullable Group group;

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof HandshakeComplete done) {
        Group joined = groups.computeIfAbsent(done.requestUri(), path -> new Group());
        joined.channels.add(context.channel());
        group = joined;
        context.writeAndFlush(new TextWebSocketFrame(EchoHandler.WELCOME));
      }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, TextWebSocketFrame frame) {
      String text = frame.content().toString(US_ASCII);
      if (group != null && text.startsWith("{\"type\":\"user_message\"")) {
        group.start();
      } else if (group != null && text.startsWith("{\"type\":\"cancel_run\"")) {
        group.stop();
      }
    }
  }
}
