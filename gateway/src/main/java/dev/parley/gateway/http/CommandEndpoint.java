package dev.parley.gateway.http;

import dev.parley.gateway.auth.TokenVerifier;
import dev.parley.gateway.codec.CommandTypes;
import dev.parley.gateway.codec.MessageCodec;
import dev.parley.gateway.codec.Utf8;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.route.SingleCommand;
import dev.parley.gateway.user.UserContexts;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpMethod;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/commands}: executes the command in the body. The answer is the frame that a
 * connection would get (protocol, "The same log over HTTP").
 */
public final class CommandEndpoint implements Endpoint {

  private static final Set<Class<? extends ClientCommand>> ALLOWED =
      Set.of(
          ClientCommand.StartAgent.class,
          ClientCommand.UserMessage.class,
          ClientCommand.Chat.class,
          ClientCommand.SetTitle.class,
          ClientCommand.CancelRun.class,
          ClientCommand.Ack.class);

  private static final int OK = 200;
  private static final int NO_CONTENT = 204;

  private final TokenVerifier verifier;
  private final UserContexts contexts;
  private final Metrics metrics;

  public CommandEndpoint(TokenVerifier verifier, UserContexts contexts, Metrics metrics) {
    this.verifier = verifier;
    this.contexts = contexts;
    this.metrics = metrics;
  }

  @Override
  public String path() {
    return "/v1/commands";
  }

  @Override
  public Set<HttpMethod> methods() {
    return Set.of(HttpMethod.POST);
  }

  @Override
  public void checkHead(Request head) {
    var ignored = Bearer.require(head, verifier);
  }

  @Override
  public CompletionStage<Response> answer(Request request) {
    Principal principal = Bearer.require(request, verifier);
    var ignored = request.query();
    byte[] body = ByteBufUtil.getBytes(request.http().content());
    if (!Utf8.isValid(body)) {
      throw RefusedException.invalid("body: not UTF-8 (expected: one command as JSON)");
    }
    return answer(principal, body)
        .thenApplyAsync(
            reply -> reply.map(this::response).orElseGet(() -> Response.of(NO_CONTENT)),
            request.loop());
  }

  private CompletionStage<Optional<ServerSignal>> answer(Principal principal, byte[] body) {
    ClientCommand command;
    try {
      command = MessageCodec.decode(body);
    } catch (RefusedException refused) {
      return CompletableFuture.completedStage(Optional.of(refused.answer()));
    }
    metrics.commandReceived(CommandTypes.of(command));
    return ALLOWED.contains(command.getClass())
        ? SingleCommand.run(contexts, principal, command)
        : CompletableFuture.completedStage(Optional.of(needsConnection(command.id())));
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

  private Response response(ServerSignal signal) {
    byte[] frame = MessageCodec.encode(signal);
    Refusal refusal = signal.refusalOrNull();
    if (refusal == null) {
      return Response.json(OK, frame);
    }
    metrics.commandRefused(refusal.code().wire());
    return Response.refused(refusal, frame);
  }
}
