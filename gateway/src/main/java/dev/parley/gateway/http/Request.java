package dev.parley.gateway.http;

import dev.parley.gateway.auth.Verified;
import dev.parley.gateway.contract.Call;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.ThreadId;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One request with its whole body. Only {@code loop} may be used after the call that gets the
 * request.
 *
 * @param peer the remote address of the socket
 * @param loop the connection's event loop, on which answers are made
 * @param parameters values of the names in the endpoint's path
 * @param bearer the user of the token, if the endpoint takes one
 * @param onBearer called with the user of the request when the token is verified
 */
public record Request(
    FullHttpRequest http,
    SocketAddress peer,
    Executor loop,
    Map<String, String> parameters,
    Verified bearer,
    Consumer<Principal> onBearer) {

  /** The path, without the query. */
  String path() {
    return path(http);
  }

  static String path(HttpRequest http) {
    String target = http.uri();
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  HttpHeaders headers() {
    return http.headers();
  }

  /**
   * The query, which may contain these names only.
   *
   * @throws RefusedException with 400
   */
  Query query(String... names) {
    int begin = http.uri().indexOf('?');
    return new Query(begin < 0 ? "" : http.uri().substring(begin + 1), List.of(names));
  }

  /**
   * The query, which may contain the names of this call only.
   *
   * @throws RefusedException with 400
   */
  Query query(Call call) {
    return query(call.queryNames().toArray(String[]::new));
  }

  /**
   * The thread that the path names as {@code {thread_id}}.
   *
   * @throws RefusedException with 400
   */
  ThreadId thread() {
    return thread(ThreadId::named);
  }

  /**
   * The same, for reading: it may be the inbox.
   *
   * @throws RefusedException with 400
   */
  ThreadId readableThread() {
    return thread(ThreadId::readable);
  }

  private ThreadId thread(Function<String, ThreadId> form) {
    try {
      return form.apply(Objects.requireNonNull(parameters.get("thread_id"), "thread_id"));
    } catch (IllegalArgumentException malformed) {
      throw RefusedException.invalid(String.valueOf(malformed.getMessage()));
    }
  }
}
