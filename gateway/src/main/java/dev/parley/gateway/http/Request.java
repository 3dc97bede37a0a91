package dev.parley.gateway.http;

import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.SocketAddress;

/**
 * One request whose body has arrived. Valid only during the call it is given to.
 *
 * @param peer the address at the other end of the socket
 */
public record Request(FullHttpRequest http, SocketAddress peer) {

  /** The path without the query. */
  String path() {
    String target = http.uri();
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  HttpHeaders headers() {
    return http.headers();
  }
}
