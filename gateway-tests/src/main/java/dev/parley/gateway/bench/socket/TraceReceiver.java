package dev.parley.gateway.bench.socket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A receiver of traces over OTLP/HTTP, which takes everything and keeps nothing. */
public final class TraceReceiver {

  private static final int MAX_REQUEST = 16 << 20;

  private TraceReceiver() {}

  /** Starts the receiver in a process of its own. */
  static Child start(Path folder) throws IOException {
    return Child.start(
        List.of("-Xmx256m"),
        Child.ownClassPath(),
        TraceReceiver.class,
        List.of(),
        Map.of(),
        folder.resolve("traces.log"));
  }

  /** Serves until its input ends. */
  public static void main(String[] args) throws InterruptedException, IOException {
    HttpServers.serve(
        "trace", Sockets.loops(1), MAX_REQUEST, pipeline -> pipeline.addLast(new Accepts()));
  }

  private static final class Accepts extends SimpleChannelInboundHandler<FullHttpRequest> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      DefaultFullHttpResponse response =
          new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
      response
          .headers()
          .set(HttpHeaderNames.CONTENT_TYPE, "application/x-protobuf")
          .setInt(HttpHeaderNames.CONTENT_LENGTH, 0);
      context.writeAndFlush(response);
    }
  }
}
