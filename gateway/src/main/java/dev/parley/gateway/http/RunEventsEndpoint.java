package dev.parley.gateway.http;

import dev.parley.gateway.agent.push.PushAnswer;
import dev.parley.gateway.agent.push.PushRuns;
import dev.parley.gateway.agent.push.PushedBatch;
import dev.parley.gateway.agent.push.PushedEvents;
import dev.parley.gateway.auth.RunTokens;
import dev.parley.gateway.auth.RunTokens.RunClaims;
import dev.parley.gateway.codec.JsonOut;
import dev.parley.gateway.codec.Utf8;
import dev.parley.gateway.contract.Call;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.Texts;
import io.netty.buffer.ByteBufUtil;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/**
 * {@code POST /v1/runs/{run_id}/events}: adds the events in the body to an open run of an agent of
 * type {@code push} (protocol, "Events of a back end"). Takes the token that came with the run's
 * hook and no other.
 */
public final class RunEventsEndpoint implements Endpoint {

  private static final String ID = "Producer-Id";
  private static final String EPOCH = "Producer-Epoch";
  private static final String SEQUENCE = "Producer-Seq";
  private static final String EXPECTED = "Producer-Expected-Seq";
  private static final String RECEIVED = "Producer-Received-Seq";
  private static final Pattern PRODUCER = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,16}");
  private static final long MAX_NUMBER = (1L << 53) - 1;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final Call CALL =
      Call.post("addEvents", "Adds events of a back end to an open run, all of them or none.")
          .needs("runToken")
          .path("run_id", "The run of the token.", "server", "runId")
          .header(ID, true, "Who sends.")
          .header(EPOCH, true, "Which life of the producer: a whole number.")
          .header(SEQUENCE, true, "Which call of that life: 0, 1, 2, …")
          .takes("The events.", "push", "call")
          .answers(200, "The events are synced to disk.", "http", "added")
          .answers(204, "This call was taken before; nothing was added.", "http")
          .refuses(
              ErrorCode.NOT_FOUND,
              ErrorCode.STALE_PRODUCER,
              ErrorCode.OUT_OF_SEQUENCE,
              ErrorCode.RUN_ENDED,
              ErrorCode.QUOTA_EXCEEDED);

  private final RunTokens tokens;
  private final PushRuns runs;
  private final EventLog log;

  /** Adds to these runs. The log tells which others are open. */
  public RunEventsEndpoint(RunTokens tokens, PushRuns runs, EventLog log) {
    this.tokens = tokens;
    this.runs = runs;
    this.log = log;
  }

  @Override
  public String path() {
    return "/v1/runs/{run_id}/events";
  }

  @Override
  public List<Call> calls() {
    return List.of(CALL);
  }

  @Override
  public void checkHead(Request head) {
    var ignored = authorized(head);
  }

  @Override
  public CompletionStage<Response> answer(Request request) {
    RunClaims claims = authorized(request);
    var ignored = request.query(CALL);
    PushedBatch batch = batch(request);
    return runs.add(claims.user(), claims.run(), batch)
        .thenComposeAsync(
            answer ->
                answer instanceof PushAnswer.NotOpen
                    ? notOpen(request, claims)
                    : CompletableFuture.completedStage(response(answer, batch)),
            request.loop());
  }

  private RunClaims authorized(Request request) {
    RunClaims claims = tokens.verify(Bearer.token(request.headers()));
    if (!claims.run().value().equals(request.parameters().get("run_id"))) {
      throw RefusedException.of(
          ErrorCode.FORBIDDEN,
          Texts.expected(
              "run_id", request.parameters().get("run_id") + "", "the run of the token"));
    }
    request
        .onBearer()
        .accept(new Principal(claims.user(), "", Set.of(Scope.PUBLISH), claims.expiresAt()));
    return claims;
  }

  private static PushedBatch batch(Request request) {
    String producer = header(request, ID);
    if (!PRODUCER.matcher(producer).matches()) {
      throw refused(ID, producer, "1 to 64 of A-Z a-z 0-9 _ . : -");
    }
    long epoch = number(request, EPOCH);
    long sequence = number(request, SEQUENCE);
    byte[] body = ByteBufUtil.getBytes(request.http().content());
    if (!Utf8.isValid(body)) {
      throw RefusedException.invalid("body: not UTF-8 (expected: {\"events\":[…]})");
    }
    return new PushedBatch(producer, epoch, sequence, PushedEvents.read(body));
  }

  private static String header(Request request, String name) {
    List<String> values = request.headers().getAll(name);
    return values.size() == 1 ? values.get(0) : "";
  }

  private static long number(Request request, String name) {
    String text = header(request, name);
    if (!NUMBER.matcher(text).matches() || Long.parseLong(text) > MAX_NUMBER) {
      throw refused(name, text, "one whole number from 0 to " + MAX_NUMBER);
    }
    return Long.parseLong(text);
  }

  private static RefusedException refused(String header, String value, String expectation) {
    return RefusedException.invalid(Texts.expected("header " + header, value, expectation));
  }

  private static Response response(PushAnswer answer, PushedBatch batch) {
    if (answer instanceof PushAnswer.Taken) {
      byte[] body =
          JsonOut.object(
              out -> {
                out.number("epoch", batch.epoch());
                out.number("seq", batch.sequence());
              });
      return positioned(Response.json(200, body), batch.epoch(), batch.sequence());
    }
    if (answer instanceof PushAnswer.Duplicate duplicate) {
      return positioned(Response.of(204), duplicate.epoch(), duplicate.sequence());
    }
    if (answer instanceof PushAnswer.Stale stale) {
      String detail = Texts.expected(EPOCH, batch.epoch() + "", "at least " + stale.epoch());
      return Response.of(Refusal.of(ErrorCode.STALE_PRODUCER, detail))
          .with(EPOCH, Long.toString(stale.epoch()));
    }
    PushAnswer.Gap gap = (PushAnswer.Gap) answer;
    String detail = Texts.expected(SEQUENCE, batch.sequence() + "", Long.toString(gap.expected()));
    return Response.of(Refusal.of(ErrorCode.OUT_OF_SEQUENCE, detail))
        .with(EXPECTED, Long.toString(gap.expected()))
        .with(RECEIVED, Long.toString(batch.sequence()));
  }

  private static Response positioned(Response response, long epoch, long sequence) {
    return response.with(EPOCH, Long.toString(epoch)).with(SEQUENCE, Long.toString(sequence));
  }

  /** The run has ended, or this process does not have it yet or any more. */
  private CompletionStage<Response> notOpen(Request request, RunClaims claims) {
    return LogResponses.of(
        log.run(claims.user(), claims.run()),
        request,
        (Optional<RunRecord> found) ->
            Response.of(
                found
                    .map(record -> refusal(claims, record.state()))
                    .orElseGet(() -> gone(claims))));
  }

  private static Refusal refusal(RunClaims claims, RunState state) {
    if (state == RunState.OPEN) {
      return Refusal.temporary(
          ErrorCode.OVERLOADED, "run_id: " + claims.run() + " cannot be reached now", RETRY_AFTER);
    }
    return Refusal.of(
        ErrorCode.RUN_ENDED,
        Texts.expected("run_id", claims.run() + " (" + state.wire() + ")", "an open run"));
  }

  private static Refusal gone(RunClaims claims) {
    return Refusal.of(
        ErrorCode.NOT_FOUND, Texts.expected("run_id", claims.run().value(), "a run that is kept"));
  }
}
