package dev.parley.gateway.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.gateway.audit.OperatorAction;
import dev.parley.gateway.codec.JsonOut;
import dev.parley.gateway.contract.Call;
import dev.parley.gateway.limit.LimitConfig;
import dev.parley.gateway.live.LiveConnection;
import dev.parley.gateway.live.LiveConnections;
import dev.parley.gateway.protocol.ConnectionId;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/connections}: the open connections of a tenant or of one user, a page at a time
 * (protocol, "Operators' calls"). Needs the scope {@code admin} or {@code operator}.
 */
public final class ConnectionsEndpoint extends OperatorEndpoint {

  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 500;
  private static final Call CALL =
      Call.get("listConnections", "Lists the open connections of a tenant, or of one user.")
          .needs(Scope.ADMIN)
          .needs(Scope.OPERATOR)
          .query("tenant", "Whose users; if absent, the tenant of the token.")
          .query("user_id", "Of this user only.")
          .query("after", "The next of the page before.")
          .query("limit", "The length of the page; if absent, " + DEFAULT_LIMIT + ".", 1, MAX_LIMIT)
          .answers(200, "A page of connections.", "http", "connections");

  private final LiveConnections live;
  private final LimitConfig limits;
  private final Clock clock;

  /** Lists these; {@code limits} name the tiers. */
  public ConnectionsEndpoint(
      OperatorAccess access, LiveConnections live, LimitConfig limits, Clock clock) {
    super("/v1/connections", access, CALL);
    this.live = live;
    this.limits = limits;
    this.clock = clock;
  }

  /** The last connection of a page. */
  private record Last(String subject, ConnectionId id) {}

  @Override
  public CompletionStage<Response> answer(Request request) {
    ViewOfUser view = ViewOfUser.read(request, access, CALL, OperatorAction.LIST_CONNECTIONS);
    Optional<UserId> user = view.user();
    Last after = view.query().optional("after", ConnectionsEndpoint::parse).orElse(null);
    int limit = view.query().limit(MAX_LIMIT).orElse(DEFAULT_LIMIT);
    return view.recorded(
        access,
        OperatorAction.LIST_CONNECTIONS,
        request,
        () -> {
          // One more than the page shows whether there is another page.
          List<LiveConnection> found =
              user.isPresent()
                  ? live.page(user.get(), after == null ? null : after.id(), limit + 1)
                  : ofTenant(view.tenant(), after, limit + 1);
          return CompletableFuture.completedStage(
              Response.json(200, JsonOut.object(out -> write(out.json(), found, limit))));
        });
  }

  private List<LiveConnection> ofTenant(String tenant, @Nullable Last after, int limit) {
    return after == null
        ? live.page(tenant, null, null, limit)
        : live.page(tenant, new UserId(tenant, after.subject()), after.id(), limit);
  }

  private void write(JsonGenerator json, List<LiveConnection> found, int limit) throws IOException {
    List<LiveConnection> page = found.subList(0, Math.min(found.size(), limit));
    json.writeArrayFieldStart("connections");
    Instant now = clock.instant();
    for (LiveConnection each : page) {
      write(json, each, now);
    }
    json.writeEndArray();
    if (page.size() < found.size()) {
      json.writeStringField("next", text(page.get(page.size() - 1)));
    }
  }

  private void write(JsonGenerator json, LiveConnection connection, Instant now)
      throws IOException {
    LiveConnection.Facts facts = connection.facts();
    json.writeStartObject();
    json.writeStringField("connection_id", facts.id().value());
    json.writeStringField("tenant", facts.user().tenant());
    json.writeStringField("user_id", facts.user().subject());
    json.writeStringField("tier", limits.tier(connection.token().tier()).name());
    InetAddress address = facts.address();
    if (address != null) {
      json.writeStringField("address", address.getHostAddress());
    }
    json.writeStringField("transport", facts.link().wire());
    json.writeStringField("since", JsonOut.timestamp(facts.since()));
    json.writeStringField("last_received", JsonOut.timestamp(connection.lastReceived(now)));
    json.writeNumberField("subscriptions", connection.subscriptions());
    json.writeNumberField("outbound_bytes", connection.outboundBytes());
    json.writeNumberField("frames_received", connection.framesReceived());
    json.writeNumberField("frames_sent", connection.framesSent());
    json.writeBooleanField("behind", connection.isBehind());
    json.writeEndObject();
  }

  // -- the cursor: the connection's id, then its user

  private static String text(LiveConnection last) {
    return PairCursor.text(last.facts().id().value(), last.facts().user().subject());
  }

  private static Last parse(String text) {
    return PairCursor.parse(
        text,
        (id, subject) -> new Last(new UserId("any", subject).subject(), new ConnectionId(id)));
  }
}
