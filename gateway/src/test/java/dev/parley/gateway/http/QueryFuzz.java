package dev.parley.gateway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.auth.Verified;
import dev.parley.gateway.fuzz.FuzzTarget;
import dev.parley.gateway.log.ListPosition;
import dev.parley.gateway.protocol.ClientCommand.Position;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.ThreadId;
import io.netty.handler.codec.http.FullHttpRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Targets of requests: paths, queries, cursors and the parameters of pages. */
public final class QueryFuzz implements FuzzTarget {

  private static final InetSocketAddress PEER =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000);
  private static final Verified NOBODY =
      Verified.not(RefusedException.of(ErrorCode.UNAUTHENTICATED, "no token"));
  private static final ThreadId THREAD = new ThreadId("t1");
  private static final PathTemplate EVENTS = PathTemplate.of("/v1/threads/{thread_id}/events");

  @Override
  public String name() {
    return "query";
  }

  @Override
  public List<byte[]> examples() {
    String cursor = ListCursor.text(new ListPosition(1_700_000_000_000L, THREAD));
    return FuzzTarget.texts(
        "/v1/threads/t1/events?after=7&epoch=e-1&limit=100\ne-1-7",
        "/v1/threads/a%2Db/events?after=0\n",
        "/v1/threads/inbox/events?limit=1\ne1-999999999999999999",
        "/v1/threads?after=" + cursor + "&limit=50\n" + cursor,
        "/v1/threads/%C3%A9/events?epoch=%F0%9F%91%8D\n-1");
  }

  @Override
  public List<String> words() {
    return List.of(
        "&",
        "=",
        "?",
        "%",
        "%2F",
        "%ff",
        "after=",
        "limit=",
        "epoch=",
        "-",
        "9223372036854775808",
        "%F4%90%80%80",
        "999999999999999999",
        "1000000000000000000");
  }

  @Override
  public int inputs() {
    return 40_000;
  }

  @Override
  public void take(byte[] input) {
    String[] lines = new String(input, ISO_8859_1).split("\n", 2);
    FullHttpRequest http = Exchange.request("GET", "/", "");
    // The codec refuses all others.
    http.setUri("/" + lines[0].replaceAll("[^!-~]|#", "").replaceFirst("^/", ""));
    String id = lines.length == 2 ? lines[1] : "";
    if (id.chars().allMatch(c -> c >= ' ' && c < 0x7F) && id.equals(id.strip())) {
      http.headers().set("last-event-id", id);
    }
    Request request = new Request(http, PEER, Runnable::run, Map.of(), NOBODY, user -> {});
    path(request);
    stream(request);
    list(id);
    http.release();
  }

  private static void path(Request request) {
    try {
      EVENTS
          .match(request.path())
          .map(values -> String.valueOf(values.get("thread_id")))
          .ifPresent(
              name -> {
                try {
                  ThreadId.readable(name);
                } catch (IllegalArgumentException documented) {
                  // Refused with 400.
                }
              });
    } catch (RefusedException documented) {
      check(documented);
    }
  }

  private static void stream(Request request) {
    try {
      Query query = request.query("after", "epoch", "limit");
      Optional<Integer> limit = query.limit(1_000);
      if (limit.orElse(1) < 1 || limit.orElse(1) > 1_000) {
        throw new IllegalStateException("limit: " + limit);
      }
      check(Cursor.of(THREAD, query));
    } catch (RefusedException documented) {
      check(documented);
    }
    try {
      check(Optional.of(Cursor.ofStream(THREAD, request)));
    } catch (RefusedException documented) {
      check(documented);
    }
  }

  private static void check(Optional<Position> position) {
    position
        .filter(each -> each.after().orElse(0) < 0)
        .ifPresent(
            each -> {
              throw new IllegalStateException("after: " + each);
            });
  }

  private static void check(RefusedException refused) {
    if (Response.of(refused.refusal()).length() > 4_096) {
      throw new IllegalStateException("the refusal is too long", refused);
    }
  }

  private static void list(String text) {
    try {
      ListPosition position = ListCursor.parse(text);
      if (!ListCursor.parse(ListCursor.text(position)).equals(position)
          || position.activityMillis() < 0) {
        throw new IllegalStateException("cursor: " + position);
      }
    } catch (IllegalArgumentException documented) {
      if (String.valueOf(documented.getMessage()).getBytes(UTF_8).length > 1_024) {
        throw new IllegalStateException("the refusal is too long", documented);
      }
    }
  }
}
