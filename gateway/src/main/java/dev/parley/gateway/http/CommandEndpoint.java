package dev.parley.gateway.http;

import dev.parley.gateway.codec.CommandTypes;
import dev.parley.gateway.codec.MessageCodec;
import dev.parley.gateway.codec.Utf8;
import dev.parley.gateway.contract.Call;
import dev.parley.gateway.live.LastErrors;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.route.SingleCommand;
import dev.parley.gateway.user.UserContexts;
import io.netty.buffer.ByteBufUtil;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/commands}: executes the command in the body. The answer is the frame that a
 * connection would get (protocol, "The same log over HTTP").
 */
public final class CommandEndpoint implements Endpoint {

  private static final Map<String, Class<? extends ClientCommand>> ALLOWED =
      new TreeMap<>(
          Map.of(
              "start_agent", ClientCommand.StartAgent.class,
              "user_message", ClientCommand.UserMessage.class,
              "chat", ClientCommand.Chat.class,
              "set_title", ClientCommand.SetTitle.class,
              "cancel_run", ClientCommand.CancelRun.class,
              "ack", ClientCommand.Ack.class));

  private static final Call CALL =
      Call.post("sendCommand", "Executes one command; the answer is that of a connection.")
          .needs()
          .takes("The command.", "client", ALLOWED.keySet().toArray(String[]::new))
          .answers(200, "The command was done.", "frame", "accepted")
          .answers(204, "An ack was done; it has no other answer.", "frame")
          .refuses(
              ErrorCode.UNSUPPORTED_TYPE,
              ErrorCode.NOT_FOUND,
              ErrorCode.IDEMPOTENCY_CONFLICT,
              ErrorCode.THREAD_BUSY,
              ErrorCode.QUEUE_FULL,
              ErrorCode.QUOTA_EXCEEDED)
          .refusesWithFrames();

  private static final int OK = 200;
  private static final int NO_CONTENT = 204;

  private final UserContexts contexts;
  private final Metrics metrics;
  private final LastErrors errors;

  /** Keeps the codes of refusals in {@code errors}. */
  public CommandEndpoint(UserContexts contexts, Metrics metrics, LastErrors errors) {
    this.contexts = contexts;
    this.metrics = metrics;
    this.errors = errors;
  }

  @Override
  public String path() {
    return "/v1/commands";
  }

  @Override
  public List<Call> calls() {
    return List.of(CALL);
  }

  @Override
  public void checkHead(Request head) {
    var ignored = Bearer.require(head);
  }

  @Override
  public CompletionStage<Response> answer(Request request) {
    Principal principal = Bearer.require(request);
    var ignored = request.query(CALL);
    byte[] body = ByteBufUtil.getBytes(request.http().content());
    if (!Utf8.isValid(body)) {
      throw RefusedException.invalid("body: not UTF-8 (expected: one command as JSON)");
    }
    UserId user = principal.user();
    ClientCommand command;
    try {
      command = MessageCodec.decode(body, request.headers().get("traceparent"));
    } catch (RefusedException refused) {
      return CompletableFuture.completedStage(response(user, null, refused.answer()));
    }
    String type = CommandTypes.of(command);
    metrics.commandReceived(type);
    return ALLOWED.containsValue(command.getClass())
        ? SingleCommand.run(contexts, principal, command)
            .thenApplyAsync(
                reply ->
                    reply
                        .map(signal -> response(user, type, signal))
                        .orElseGet(() -> Response.of(NO_CONTENT)),
                request.loop())
        : CompletableFuture.completedStage(response(user, type, needsConnection(command.id())));
  }

  /** Commands such as {@code subscribe} and {@code ping} are about a connection. */
  private static ServerSignal needsConnection(@Nullable CommandId id) {
    Refusal refusal =
        Refusal.at(
            ErrorCode.UNSUPPORTED_TYPE,
            "/type",
            "type: only on a connection (expected: start_agent, user_message, chat, set_title,"
                + " cancel_run or ack)");
    return ServerSignal.refused(id, null, refusal);
  }

  private Response response(UserId user, @Nullable String type, ServerSignal signal) {
    byte[] frame = MessageCodec.encode(signal);
    Refusal refusal = signal.refusalOrNull();
    if (refusal == null) {
      return Response.json(OK, frame);
    }
    metrics.commandRefused(refusal.code().wire());
    errors.refused(user, refusal.code(), type);
    return Response.refused(refusal, frame);
  }
}
