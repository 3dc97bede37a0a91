package dev.parley.gateway.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.codec.JsonOut;
import dev.parley.gateway.contract.Call;
import dev.parley.gateway.limit.ByteAccount;
import dev.parley.gateway.limit.PageBudget;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.ClientCommand.Position;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.ServerSignal.GapReason;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/threads/{thread_id}/events}: events after a cursor, a page at a time or as a
 * stream (protocol, "The same log over HTTP").
 */
public final class ThreadEventsEndpoint implements Endpoint {

  private static final String STREAM = "text/event-stream";
  private static final Pattern ZERO_WEIGHT = Pattern.compile("[qQ]=0(\\.0{0,3})?");
  private static final long MAX_SEQ = (1L << 53) - 1;
  private static final int MAX_LIMIT = 1_000;
  private static final int MAX_PAGES_PER_USER = 8;
  private static final Call CALL =
      Call.get(
              "readEvents", "Reads the events of a thread: a page, or a stream of all that follow.")
          .needs(Scope.CHAT)
          .path("thread_id", "The thread.", "client", "readableId")
          .query("after", "The seq after which to read.", 0, MAX_SEQ)
          .query("epoch", "The epoch of after; needed if after is above 0.")
          .query("limit", "The length of a page; if absent, " + MAX_LIMIT + ".", 1, MAX_LIMIT)
          .header("Last-Event-ID", false, "Of a stream: the id of the last event received.")
          .answers(
              200,
              "A page of events, or with Accept: text/event-stream a stream.",
              "http",
              "events")
          .answersText(200, "", "text/event-stream")
          .refuses(ErrorCode.QUOTA_EXCEEDED);

  private final ConcurrencyLimit inFlight = new ConcurrencyLimit("pages", MAX_PAGES_PER_USER);
  private final AtomicLong pages = new AtomicLong();
  private final PageSource source;

  /**
   * The source of pages, and the bounds on their bytes.
   *
   * @param pages the budget that all readers of pages share
   * @param outbound the account of bytes that wait for sockets
   */
  public record PageSource(EventLog log, PageBudget pages, ByteAccount outbound) {}

  public ThreadEventsEndpoint(PageSource source) {
    this.source = source;
  }

  @Override
  public String path() {
    return "/v1/threads/{thread_id}/events";
  }

  @Override
  public List<Call> calls() {
    return List.of(CALL);
  }

  @Override
  public CompletionStage<Response> answer(Request request) {
    Principal principal = Bearer.require(request, Scope.CHAT);
    ThreadId thread = request.readableThread();
    if (isStream(request)) {
      Position position = Cursor.ofStream(thread, request);
      return CompletableFuture.completedStage(
          Response.of(new Response.EventStream(principal, position)));
    }
    Query query = request.query(CALL);
    Position position = Cursor.of(thread, query).orElse(Cursor.fromOldest(thread));
    int limit = query.limit(MAX_LIMIT).orElse(MAX_LIMIT);
    UserId user = principal.user();
    PageInFlight page = begin(user);
    return LogResponses.of(
            page.read(request.loop(), bytes -> read(new ThreadKey(user, thread), position, bytes)),
            request,
            events -> Response.json(200, json(position, events, limit)))
        .whenComplete((response, failure) -> page.answered(response));
  }

  private PageInFlight begin(UserId user) {
    inFlight.acquire(user);
    String name = "page-" + pages.incrementAndGet();
    return new PageInFlight(
        source.pages(),
        source.outbound().open(user.tenant(), user.subject(), name),
        () -> inFlight.release(user));
  }

  /** RFC 9110, section 12.5.1: a stream is meant by any weight of its media type but 0. */
  private static boolean isStream(Request request) {
    return request.http().method().equals(HttpMethod.GET)
        && request.headers().getAll(HttpHeaderNames.ACCEPT).stream()
            .flatMap(value -> Stream.of(value.split(",", -1)))
            .map(range -> range.split(";", -1))
            .anyMatch(ThreadEventsEndpoint::takesStream);
  }

  private static boolean takesStream(String[] range) {
    return STREAM.equalsIgnoreCase(range[0].strip())
        && Stream.of(range).noneMatch(part -> ZERO_WEIGHT.matcher(part.strip()).matches());
  }

  /** Reads from the oldest event when the cursor is not valid any more. */
  private CompletionStage<EventPage> read(ThreadKey thread, Position position, int bytes) {
    EventLog authority = source.log();
    return authority
        .read(thread, position.after().orElse(0), bytes)
        .thenCompose(
            page ->
                gap(position, page.head()) == null
                    ? CompletableFuture.completedStage(page)
                    : authority.read(thread, 0, bytes));
  }

  private static @Nullable GapReason gap(Position position, ThreadHead head) {
    return position.gap(head.epoch(), head.oldest(), head.head());
  }

  /** Copies the frames as the log stores them: {@code …,"events":[frame,…]}}. */
  private static byte[] json(Position position, EventPage page, int limit) {
    List<StoredEvent> events = page.events().subList(0, Math.min(limit, page.events().size()));
    byte[] about = JsonOut.object(out -> write(out.json(), position, page.head(), events));
    ByteArrayOutputStream json = new ByteArrayOutputStream(about.length + (int) page.bytes());
    json.write(about, 0, about.length - 1);
    json.writeBytes(",\"events\":".getBytes(US_ASCII));
    char before = '[';
    for (StoredEvent event : events) {
      json.write(before);
      json.writeBytes(
          EventCodec.head(event.type(), position.thread(), event.firstSeq(), event.seq()));
      json.writeBytes(event.body());
      before = ',';
    }
    json.writeBytes((events.isEmpty() ? "[]}" : "]}").getBytes(US_ASCII));
    return json.toByteArray();
  }

  private static void write(
      JsonGenerator json, Position position, ThreadHead head, List<StoredEvent> events)
      throws IOException {
    GapReason gap = gap(position, head);
    long fromOldest = head.oldest() - 1;
    long after = gap == null ? Math.max(position.after().orElse(0), fromOldest) : fromOldest;
    json.writeStringField("thread_id", position.thread().value());
    json.writeStringField("epoch", head.epoch().value());
    json.writeNumberField("oldest", head.oldest());
    json.writeNumberField("head", head.head());
    json.writeNumberField("after", after);
    if (gap != null) {
      json.writeStringField("gap", gap.wire());
    }
    json.writeNumberField("cursor", events.isEmpty() ? after : events.get(events.size() - 1).seq());
  }
}
