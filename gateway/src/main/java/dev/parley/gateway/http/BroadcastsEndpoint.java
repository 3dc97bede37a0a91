package dev.parley.gateway.http;

import dev.parley.gateway.audit.Audit;
import dev.parley.gateway.audit.OperatorAction;
import dev.parley.gateway.codec.JsonOut;
import dev.parley.gateway.codec.Utf8;
import dev.parley.gateway.contract.Call;
import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.BroadcastResult;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.user.inbox.BroadcastRequest;
import dev.parley.gateway.user.inbox.Broadcasts;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /v1/broadcasts}: a notification for many users of the caller's tenant (protocol,
 * "Broadcasts"). Needs the scope {@code admin}.
 */
public final class BroadcastsEndpoint extends OperatorEndpoint {

  private static final Logger LOG = LoggerFactory.getLogger(BroadcastsEndpoint.class);
  private static final int MAX_PER_USER = 4;
  private static final Call CALL =
      Call.post("sendBroadcast", "Sends a notification to many users of the tenant.")
          .needs(Scope.ADMIN)
          .takes("The broadcast.", "http", "broadcast_request")
          .answers(201, "The broadcast was added.", "http", "broadcast")
          .answers(200, "It was added before, with this id.", "http", "broadcast")
          .refuses(ErrorCode.IDEMPOTENCY_CONFLICT, ErrorCode.QUOTA_EXCEEDED);

  private final ConcurrencyLimit inFlight = new ConcurrencyLimit("broadcasts", MAX_PER_USER);
  private final Broadcasts broadcasts;
  private final Set<String> tiers;

  /** Sends with these; {@code tiers} are the names that a sender may use. */
  public BroadcastsEndpoint(OperatorAccess access, Broadcasts broadcasts, Set<String> tiers) {
    super("/v1/broadcasts", Side.BOTH, access, CALL);
    this.broadcasts = broadcasts;
    this.tiers = tiers;
  }

  @Override
  public void checkHead(Request head) {
    var ignored = access.require(head, OperatorAction.SEND_BROADCAST, Scope.ADMIN);
  }

  @Override
  public CompletionStage<Response> answer(Request request) {
    Principal admin = access.require(request, OperatorAction.SEND_BROADCAST, Scope.ADMIN);
    var ignored = request.query(CALL);
    byte[] body = ByteBufUtil.getBytes(request.http().content());
    if (!Utf8.isValid(body)) {
      throw RefusedException.invalid("body: not UTF-8 (expected: a broadcast as JSON)");
    }
    BroadcastRequest asked = new BroadcastForm(admin.user().tenant(), tiers).read(body);
    return inFlight.run(
        admin.user(),
        () ->
            LogResponses.of(
                broadcasts.send(asked, record(admin)), request, result -> response(result, asked)));
  }

  private AuditEntry record(Principal admin) {
    Audit.Matter matter = Audit.Matter.of(admin.user().tenant(), null);
    return access.audit().begun(admin, OperatorAction.SEND_BROADCAST, matter);
  }

  private static Response response(BroadcastResult result, BroadcastRequest asked) {
    if (result instanceof BroadcastResult.Added added) {
      LOG.info("broadcast {} sent", added.broadcast().key().id());
      return named(201, added.broadcast().key());
    }
    if (result instanceof BroadcastResult.Known known) {
      return named(200, known.broadcast().key());
    }
    String detail = "id: " + asked.id() + " names another broadcast (expected: a new id)";
    return Response.of(Refusal.at(ErrorCode.IDEMPOTENCY_CONFLICT, "/id", detail));
  }

  private static Response named(int status, BroadcastKey key) {
    byte[] body = JsonOut.object(out -> out.text("broadcast_id", key.id().value()));
    return Response.json(status, body)
        .with(HttpHeaderNames.LOCATION, "/v1/broadcasts/" + key.id().value());
  }
}
