package dev.parley.gateway.agent.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.model.ToolProgress;
import dev.parley.gateway.agent.model.ToolRequest;
import dev.parley.gateway.agent.upstream.HttpAnswer;
import dev.parley.gateway.agent.upstream.Upstream;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Texts;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The client of one MCP server. Its session is shared by all runs, because each request has the
 * same credentials. Callable from any thread; blocks none.
 *
 * <p>The official Java SDK is not used: for the two requests that are needed it brings 13 jars, 6
 * MB, with Reactor and a second Jackson, and an HTTP client without this gateway's bounds.
 */
final class McpClient {

  private static final List<String> VERSIONS = List.of("2025-11-25", "2025-06-18", "2025-03-26");
  private static final String VERSION = "2025-06-18";
  private static final Pattern SESSION_ID = Pattern.compile("[\\x21-\\x7E]{0,1024}");
  private static final int MAX_PAGE = 1024 * 1024;
  private static final int MAX_PAGES = 32;

  private final McpConfig config;
  private final String gateway;
  private final Duration listTimeout;
  private final Upstream upstream;
  private final Runnable listChanged;
  private final AtomicLong numbers = new AtomicLong();
  private @Nullable CompletableFuture<McpSession> current;

  /** The run that opened the session: its end needs the same headers. */
  private @Nullable AgentRequest opener;

  /**
   * A client that has not asked yet.
   *
   * @param gateway the version of this gateway
   * @param listTimeout for a whole list; no request but a call has more
   * @param listChanged told when the server may have other tools than it has listed
   */
  McpClient(
      McpConfig config,
      String gateway,
      Upstream upstream,
      Duration listTimeout,
      Runnable listChanged) {
    this.config = config;
    this.gateway = gateway;
    this.listTimeout = listTimeout;
    this.upstream = upstream;
    this.listChanged = listChanged;
  }

  /** A request that is no call. */
  private McpExchange exchange(AgentRequest run, McpSession session) {
    return exchange(config.within(listTimeout), run, session, McpClient::unheard);
  }

  private McpExchange exchange(
      McpConfig bounds,
      AgentRequest run,
      McpSession session,
      Function<ToolProgress, CompletionStage<Void>> progress) {
    return new McpExchange(
        bounds, upstream, run, session, new McpExchange.Listener(progress, listChanged));
  }

  private static CompletionStage<Void> unheard(ToolProgress progress) {
    return CompletableFuture.completedFuture(null);
  }

  /** The session; opened where there is none. */
  private synchronized CompletableFuture<McpSession> session(AgentRequest run) {
    CompletableFuture<McpSession> known = current;
    if (known == null || known.isCompletedExceptionally()) {
      known = open(run);
      current = known;
      opener = run.withoutContent();
    }
    return known.copy();
  }

  /**
   * Ends the session, if there is one (MCP 2025-06-18, "Session Management"). Completes when the
   * server has answered, whatever it says.
   */
  CompletableFuture<Void> end(Duration timeout) {
    CompletableFuture<McpSession> known;
    AgentRequest run;
    synchronized (this) {
      known = current;
      run = opener;
      current = null;
    }
    McpSession session =
        known == null || known.isCompletedExceptionally()
            ? McpSession.NONE
            : known.getNow(McpSession.NONE);
    return run == null || session.id().isEmpty()
        ? CompletableFuture.completedFuture(null)
        : exchange(config.within(timeout), run, session, McpClient::unheard)
            .end()
            .handle((answer, failure) -> null);
  }

  private synchronized void forget(McpSession lost) {
    if (current != null
        && current.isDone()
        && !current.isCompletedExceptionally()
        && lost.equals(current.getNow(null))) {
      current = null;
    }
  }

  private CompletableFuture<McpSession> open(AgentRequest run) {
    ObjectNode params = ServiceJson.NODES.objectNode().put("protocolVersion", VERSION);
    params.putObject("capabilities");
    params.putObject("clientInfo").put("name", "parley").put("version", gateway);
    return exchange(run, McpSession.NONE)
        .ask(numbers.incrementAndGet(), "initialize", params, MAX_PAGE)
        .thenApply(McpClient::agreed)
        .thenCompose(
            session ->
                exchange(run, session)
                    .tell("notifications/initialized", ServiceJson.NODES.objectNode())
                    .thenApply(answer -> begun(session, answer)));
  }

  private static McpSession agreed(McpReply reply) {
    String version = result(reply).path("protocolVersion").asText();
    String id = reply.answer().header("mcp-session-id");
    if (!VERSIONS.contains(version)) {
      throw refused(Texts.expected("protocolVersion", version, "one of " + VERSIONS));
    }
    if (!SESSION_ID.matcher(id).matches()) {
      throw refused(Texts.expected("Mcp-Session-Id", "other", "at most 1024 visible characters"));
    }
    return new McpSession(id, version);
  }

  private static McpSession begun(McpSession session, HttpAnswer answer) {
    if (!answer.isSuccess()) {
      throw refused(ToolErrors.status(answer));
    }
    return session;
  }

  private static CompletionException refused(String problem) {
    return new CompletionException(
        UpstreamException.permanent(ErrorCode.UPSTREAM_PROTOCOL, problem));
  }

  private static JsonNode result(McpReply reply) {
    try {
      return reply.result();
    } catch (UpstreamException e) {
      throw new CompletionException(e);
    }
  }

  /**
   * The tools that the server lists; fails with an {@link UpstreamException}, or with a {@link
   * TimeoutException} if all requests together take too long.
   */
  CompletableFuture<McpList> list(AgentRequest run) {
    McpList found = new McpList();
    return page(run, "", 1, found)
        .orTimeout(listTimeout.toNanos(), TimeUnit.NANOSECONDS)
        .whenComplete((all, failure) -> found.end());
  }

  private CompletableFuture<McpList> page(
      AgentRequest run, String cursor, int number, McpList found) {
    ObjectNode params = ServiceJson.NODES.objectNode();
    if (!cursor.isEmpty()) {
      params.put("cursor", cursor);
    }
    return ask(run, "tools/list", params, true)
        .thenCompose(
            reply -> {
              JsonNode result = result(reply);
              String next = result.path("nextCursor").asText("");
              boolean isWhole = found.add(result.path("tools"));
              if (isWhole && !next.isEmpty() && number < MAX_PAGES && !found.isOver()) {
                return page(run, next, number + 1, found);
              }
              if (!next.isEmpty()) {
                found.cut();
              }
              return CompletableFuture.completedFuture(found);
            });
  }

  private CompletableFuture<McpReply> ask(
      AgentRequest run, String method, ObjectNode params, boolean mayOpenAgain) {
    return session(run)
        .thenCompose(
            session ->
                exchange(run, session)
                    .ask(numbers.incrementAndGet(), method, params, MAX_PAGE)
                    .thenCompose(
                        reply -> {
                          if (reply.isSessionDoubtful()) {
                            forget(session);
                          }
                          return reply.isSessionLost() && mayOpenAgain && !session.id().isEmpty()
                              ? ask(run, method, params, false)
                              : CompletableFuture.completedFuture(reply);
                        }));
  }

  /**
   * Calls a tool. The call is sent once, and a second time only after the server has said that it
   * did not know the session. Cancelling the future closes the connection.
   */
  CompletableFuture<AgentEvent.ToolEnded> call(
      AgentRequest run,
      ToolRequest request,
      String tool,
      Function<ToolProgress, CompletionStage<Void>> progress) {
    CompletableFuture<AgentEvent.ToolEnded> end = new CompletableFuture<>();
    new Call(run, request, tool, progress, end).attempt(true);
    return end;
  }

  /** One call of a tool. */
  private final class Call {
    private final AgentRequest run;
    private final ToolRequest request;
    private final String tool;
    private final Function<ToolProgress, CompletionStage<Void>> progress;
    private final CompletableFuture<AgentEvent.ToolEnded> end;

    Call(
        AgentRequest run,
        ToolRequest request,
        String tool,
        Function<ToolProgress, CompletionStage<Void>> progress,
        CompletableFuture<AgentEvent.ToolEnded> end) {
      this.run = run;
      this.request = request;
      this.tool = tool;
      this.progress = progress;
      this.end = end;
    }

    void attempt(boolean mayOpenAgain) {
      session(run)
          .whenComplete(
              (session, failure) -> {
                if (failure != null) {
                  fail(failure);
                } else if (!end.isDone()) {
                  send(session, mayOpenAgain);
                }
              });
    }

    private void send(McpSession session, boolean mayOpenAgain) {
      long number = numbers.incrementAndGet();
      ObjectNode params = ServiceJson.NODES.objectNode().put("name", tool);
      ServiceJson.read(request.arguments().toString())
          .ifPresent(arguments -> params.set("arguments", arguments));
      params.putObject("_meta").put("progressToken", number);
      CompletableFuture<McpReply> sent =
          exchange(config, run, session, progress)
              .ask(number, "tools/call", params, config.maxResponse());
      sent.whenComplete((reply, failure) -> take(session, number, reply, failure, mayOpenAgain));
      end.whenComplete(
          (ended, failure) -> {
            if (sent.cancel(false)) {
              stop(session, number);
            }
          });
    }

    /** A closed connection alone does not end the call. */
    private void stop(McpSession session, long number) {
      exchange(run, session)
          .tell("notifications/cancelled", ServiceJson.NODES.objectNode().put("requestId", number));
    }

    private void take(
        McpSession session,
        long number,
        @Nullable McpReply reply,
        @Nullable Throwable failure,
        boolean mayOpenAgain) {
      if (end.isDone()) {
        return;
      }
      if (reply == null) {
        lost(session, number, failure == null ? new IllegalStateException("no reply") : failure);
        return;
      }
      if (reply.isSessionDoubtful()) {
        forget(session);
      }
      if (reply.isToolUnknown()) {
        listChanged.run();
      }
      if (reply.isSessionLost() && mayOpenAgain && !session.id().isEmpty()) {
        attempt(false);
      } else {
        end.complete(reply.end(request.call()));
      }
    }

    /** No answer has come, or one that cannot be used. The server may still be at work. */
    private void lost(McpSession session, long number, Throwable failure) {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      if (!(cause instanceof UpstreamException known)
          || known.code() != ErrorCode.UPSTREAM_UNREACHABLE) {
        stop(session, number);
      }
      fail(failure);
    }

    private void fail(Throwable failure) {
      end.complete(AgentEvent.ToolEnded.error(request.call(), ToolErrors.of(failure)));
    }
  }
}
