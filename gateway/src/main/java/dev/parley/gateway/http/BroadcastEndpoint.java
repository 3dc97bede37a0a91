package dev.parley.gateway.http;

import dev.parley.gateway.audit.Audit;
import dev.parley.gateway.audit.OperatorAction;
import dev.parley.gateway.contract.Call;
import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.BroadcastRecord;
import dev.parley.gateway.log.Recipient;
import dev.parley.gateway.log.Recipient.RecipientPage;
import dev.parley.gateway.protocol.BroadcastId;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.Texts;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.protocol.WireName;
import dev.parley.gateway.user.inbox.Broadcasts;
import io.netty.handler.codec.http.HttpMethod;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET} and {@code DELETE /v1/broadcasts/{broadcast_id}}: the receipt of a broadcast, who got
 * it, and its end (protocol, "Broadcasts"). Needs the scope {@code admin}.
 */
public final class BroadcastEndpoint extends OperatorEndpoint {

  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 500;
  private static final int LOOK_AT = 500;
  private static final int MAX_LOOKS = 20;
  private static final int MAX_PER_USER = 4;
  private static final String ALL = "all";
  private static final Call RECEIPT =
      Call.get("getReceipt", "Tells who got a broadcast: numbers, or with users a page of users.")
          .needs(Scope.ADMIN)
          .path("broadcast_id", "The broadcast.", "http", "broadcastId")
          .query("users", "all, delivered, acknowledged, waiting or expired.")
          .query("after", "The next of the page before.")
          .query("limit", "The length of the page; if absent, " + DEFAULT_LIMIT + ".", 1, MAX_LIMIT)
          .answers(200, "The receipt, or the users.", "http", "receipt", "recipients")
          .refuses(ErrorCode.NOT_FOUND, ErrorCode.QUOTA_EXCEEDED);
  private static final Call CANCEL =
      Call.delete("cancelBroadcast", "Ends a broadcast: nobody else gets it.")
          .needs(Scope.ADMIN)
          .path("broadcast_id", "The broadcast.", "http", "broadcastId")
          .answers(200, "The receipt.", "http", "receipt")
          .refuses(ErrorCode.NOT_FOUND, ErrorCode.QUOTA_EXCEEDED);

  private final ConcurrencyLimit inFlight = new ConcurrencyLimit("receipts", MAX_PER_USER);
  private final Broadcasts broadcasts;
  private final Clock clock;

  public BroadcastEndpoint(OperatorAccess access, Broadcasts broadcasts, Clock clock) {
    super("/v1/broadcasts/{broadcast_id}", Side.BOTH, access, RECEIPT, CANCEL);
    this.broadcasts = broadcasts;
    this.clock = clock;
  }

  /** A body is allowed and ignored, because some clients always send one. */
  @Override
  public void checkHead(Request head) {
    var ignored = access.require(head, action(head), Scope.ADMIN);
  }

  @Override
  public CompletionStage<Response> answer(Request request) {
    Principal admin = access.require(request, action(request), Scope.ADMIN);
    BroadcastKey key = new BroadcastKey(admin.user().tenant(), id(request));
    if (request.http().method().equals(HttpMethod.DELETE)) {
      var ignored = request.query(CANCEL);
      return inFlight.run(
          admin.user(), () -> receipt(broadcasts.cancel(key, record(admin, key)), key, request));
    }
    Query query = request.query(RECEIPT);
    Optional<String> listed = query.optional("users", BroadcastEndpoint::listed);
    int limit = query.limit(MAX_LIMIT).orElse(DEFAULT_LIMIT);
    UserId after =
        query.optional("after", text -> UserNames.parse(key.tenant(), text)).orElse(null);
    return inFlight.run(
        admin.user(),
        () ->
            listed.isEmpty()
                ? receipt(broadcasts.find(key), key, request)
                : LogResponses.after(
                    access
                        .audit()
                        .listed(
                            admin,
                            OperatorAction.READ_RECEIPT,
                            Audit.Matter.of(key.tenant(), key.id().value())),
                    request,
                    () -> users(key, new UserList(listed.get(), limit), after, request)));
  }

  private static OperatorAction action(Request request) {
    return request.http().method().equals(HttpMethod.DELETE)
        ? OperatorAction.CANCEL_BROADCAST
        : OperatorAction.READ_RECEIPT;
  }

  private AuditEntry record(Principal admin, BroadcastKey key) {
    Audit.Matter matter = Audit.Matter.of(key.tenant(), key.id().value());
    return access.audit().begun(admin, OperatorAction.CANCEL_BROADCAST, matter);
  }

  private static BroadcastId id(Request request) {
    try {
      return new BroadcastId(
          Objects.requireNonNull(request.parameters().get("broadcast_id"), "broadcast_id"));
    } catch (IllegalArgumentException malformed) {
      throw RefusedException.invalid(String.valueOf(malformed.getMessage()));
    }
  }

  private CompletionStage<Response> receipt(
      CompletionStage<Optional<BroadcastRecord>> found, BroadcastKey key, Request request) {
    return LogResponses.of(
        found,
        request,
        record ->
            record
                .map(known -> Response.json(200, ReceiptJson.of(known, clock.millis())))
                .orElseGet(() -> Response.of(unknown(key))));
  }

  private static Refusal unknown(BroadcastKey key) {
    return Refusal.of(
        ErrorCode.NOT_FOUND,
        Texts.expected("broadcast_id", key.id().value(), "a broadcast that is kept"));
  }

  // -- who

  /** Which users are listed, and how many at most. */
  private record UserList(String listed, int limit) {

    boolean has(Recipient user, BroadcastRecord record, long now) {
      return listed.equals(ALL)
          || RecipientState.of(user, record, now)
              .isListedUnder(WireName.parse("users", RecipientState.values(), listed));
    }
  }

  private static String listed(String name) {
    if (name.equals(ALL)) {
      return ALL;
    }
    try {
      return WireName.parse("users", RecipientState.values(), name).wire();
    } catch (IllegalArgumentException unknown) {
      throw new IllegalArgumentException(
          Texts.expected("users", name, "all, delivered, acknowledged, waiting or expired"),
          unknown);
    }
  }

  private CompletionStage<Response> users(
      BroadcastKey key, UserList list, @Nullable UserId after, Request request) {
    return LogResponses.of(
        broadcasts
            .find(key)
            .thenCompose(
                found ->
                    found.isEmpty()
                        ? CompletableFuture.completedStage(Response.of(unknown(key)))
                        : page(found.get(), list, after, new ArrayList<>(), 1)),
        request,
        response -> response);
  }

  private CompletionStage<Response> page(
      BroadcastRecord record,
      UserList list,
      @Nullable UserId after,
      List<Recipient> found,
      int looks) {
    return broadcasts
        .recipients(record.broadcast(), after, LOOK_AT)
        .thenCompose(page -> add(record, list, page, found, looks));
  }

  private CompletionStage<Response> add(
      BroadcastRecord record, UserList list, RecipientPage page, List<Recipient> found, int looks) {
    long now = clock.millis();
    for (Recipient each : page.recipients()) {
      if (list.has(each, record, now)) {
        if (found.size() == list.limit()) {
          return done(record, found, found.get(found.size() - 1).user());
        }
        found.add(each);
      }
    }
    return page.next() == null || looks == MAX_LOOKS
        ? done(record, found, page.next())
        : page(record, list, page.next(), found, looks + 1);
  }

  private CompletionStage<Response> done(
      BroadcastRecord record, List<Recipient> found, @Nullable UserId last) {
    String next = last == null ? null : UserNames.text(last);
    byte[] body = ReceiptJson.of(record, found, next, clock.millis());
    return CompletableFuture.completedStage(Response.json(200, body));
  }
}
