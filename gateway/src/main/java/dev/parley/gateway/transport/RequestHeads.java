package dev.parley.gateway.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Optional;

/** What knows the paths, and who may send a body to which. Called on the channel's loop. */
@FunctionalInterface
public interface RequestHeads {

  /** The answer to a request whose body need not be read for it; the caller writes it. */
  Optional<FullHttpResponse> answer(ChannelHandlerContext ctx, HttpRequest head);
}
