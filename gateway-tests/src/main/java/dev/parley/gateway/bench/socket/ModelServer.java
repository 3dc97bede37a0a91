package dev.parley.gateway.bench.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A model server that speaks Chat Completions. It answers each request with a word at a fixed rate,
 * until the connection closes.
 */
public final class ModelServer {

  private static final int MAX_REQUEST = 1 << 20;
  private static final ByteBuf WORD =
      Unpooled.unreleasableBuffer(
          Unpooled.copiedBuffer(
              "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":\"bench\","
                  + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"words \"},"
                  + "\"finish_reason\":null}]}\n\n",
              UTF_8));

  private ModelServer() {}

  /** Starts the server in a process of its own. */
  static Child start(Path folder, int paceMillis) throws IOException {
    return Child.start(
        List.of("-Xmx256m"),
        Child.ownClassPath(),
        ModelServer.class,
        List.of(Integer.toString(paceMillis)),
        Map.of(),
        folder.resolve("model.log"));
  }

  /** Serves until its input ends. Argument: {@code paceMillis}. */
  public static void main(String[] args) throws InterruptedException, IOException {
    int pace = Integer.parseInt(args[0]);
    HttpServers.serve(
        "model", Sockets.loops(1), MAX_REQUEST, pipeline -> pipeline.addLast(new Words(pace)));
  }

  private static final class Words extends SimpleChannelInboundHandler<FullHttpRequest> {
    private final int paceMillis;
    private @Nullable Future<?> next;

    Words(int paceMillis) {
      this.paceMillis = paceMillis;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
      response
          .headers()
          .set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream")
          .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
      context.writeAndFlush(response);
      next =
          context
              .executor()
              .scheduleAtFixedRate(
                  () -> context.writeAndFlush(new DefaultHttpContent(WORD.duplicate())),
                  paceMillis,
                  paceMillis,
                  TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
      if (next != null) {
        next.cancel(false);
      }
    }
  }
}
