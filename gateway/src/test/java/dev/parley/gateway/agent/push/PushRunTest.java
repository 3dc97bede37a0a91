package dev.parley.gateway.agent.push;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.HistorySource;
import dev.parley.gateway.agent.Resumption;
import dev.parley.gateway.agent.UnconfirmedCancelException;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.hook.HookSignature;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.ToolStatus;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** One run: its hook, its batches, its end. */
@Test(groups = "unit")
public class PushRunTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-29T05:00:00Z"), ZoneOffset.UTC);
  private static final PushAnswer TAKEN = new PushAnswer.Taken();
  private static final PushAnswer NOT_OPEN = new PushAnswer.NotOpen();

  private ScriptedHooks service;
  private ScriptedPlaces places;
  private StoredRun run;
  private PushRuns runs;
  private @Nullable PushRun pushed;
  private List<Long> pauses;
  private List<Runnable> later;

  @BeforeMethod(alwaysRun = true)
  public void newRun() {
    service = new ScriptedHooks();
    places = new ScriptedPlaces();
    run = new StoredRun();
    runs = newProcess();
    pauses = new ArrayList<>();
    later = new ArrayList<>();
  }

  private static PushRuns newProcess() {
    return new PushRuns(
        (user, id, agent, expiry) -> "token-of-" + user.subject() + "-" + id + "-" + expiry,
        Duration.ofMinutes(30),
        CLOCK);
  }

  private CompletableFuture<Void> start(HistorySource history, @Nullable Resumption resumption) {
    HookSender sender =
        new HookSender(
            service,
            URI.create("http://back/hook"),
            new HookSignature(List.of(Secret.of("a key of twenty-four bytes or more"))),
            CLOCK);
    PushRun.PushParts parts =
        new PushRun.PushParts(
            new AgentName("pushed"),
            sender,
            places,
            runs,
            (millis, task) -> {
              pauses.add(millis);
              later.add(task);
              return new CompletableFuture<Void>();
            },
            "https://gate",
            1024);
    PushRun started = new PushRun(parts, run.request(history, resumption), run);
    pushed = started;
    return started.start().toCompletableFuture();
  }

  private CompletableFuture<Void> start() {
    return start(HistorySource.NONE, null);
  }

  private CompletableFuture<PushAnswer> add(
      String producer, long epoch, long seq, String... texts) {
    List<AgentEvent> events = new ArrayList<>();
    Arrays.stream(texts).forEach(text -> events.add(new AgentEvent.Message(text)));
    return add(new PushedBatch(producer, epoch, seq, events));
  }

  private CompletableFuture<PushAnswer> add(PushedBatch batch) {
    return runs.add(StoredRun.USER, StoredRun.RUN, batch).toCompletableFuture();
  }

  private CompletableFuture<PushAnswer> end(long seq) {
    return add(new PushedBatch("p", 0, seq, List.of(AgentEvent.Completed.stop())));
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (AgentEvent event : run.events) {
      text.append(event instanceof AgentEvent.Message message ? message.delta() : "");
    }
    return text.toString();
  }

  private void runLater() {
    List<Runnable> due = List.copyOf(later);
    later.clear();
    due.forEach(Runnable::run);
  }

  public void theHookTellsTheInputTheConversationAndWhereEventsGo() {
    History history =
        new History(
            List.of(
                new History.PastMessage(RawJson.of("\"before\"")),
                new History.PastAnswer(
                    new RunId("r_0"),
                    new AgentName("other"),
                    RunState.FAILED,
                    List.of(
                        new History.AnswerText("so"),
                        new History.PastNote(RawJson.of("\"private\"")),
                        new History.PastToolCall(
                            "k", "look", RawJson.of("{}"), ToolStatus.ERROR, null, "no")))),
            true);
    start(maxBytes -> CompletableFuture.completedFuture(history), null);
    assertThat(service.last().body())
        .isEqualTo(
            "{\"type\":\"run.started\",\"run_id\":\"r_1\",\"agent\":\"pushed\","
                + "\"conversation_id\":\"opaque\","
                + "\"events_url\":\"https://gate/v1/runs/r_1/events\","
                + "\"token\":\"token-of-ada-r_1-2026-11-29T05:30:00Z\","
                + "\"traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\","
                + "\"input\":\"hi\",\"context\":{\"page\":1},"
                + "\"history\":[{\"role\":\"user\",\"content\":\"before\"},"
                + "{\"role\":\"agent\",\"run_id\":\"r_0\",\"agent\":\"other\","
                + "\"state\":\"failed\",\"parts\":[{\"type\":\"text\",\"text\":\"so\"},"
                + "{\"type\":\"tool\",\"tool_call_id\":\"k\",\"tool_name\":\"look\","
                + "\"arguments\":{},\"status\":\"error\",\"error\":\"no\"}]}],"
                + "\"history_truncated\":true}");
    assertThat(service.last().call().headers())
        .containsEntry("webhook-id", "r_1")
        .containsEntry("webhook-timestamp", "1795928400")
        .containsKey("webhook-signature");
  }

  public void theBackEndEndsTheRun() {
    CompletableFuture<Void> done = start();
    service.last().answer(202);
    assertThat(add("p", 0, 0, "Hel", "lo")).isCompletedWithValue(TAKEN);
    assertThat(done).isNotDone();
    assertThat(end(1)).isCompletedWithValue(TAKEN);
    assertThat(done).isCompleted();
    run.cancel();
    assertThat(text()).isEqualTo("Hello");
    assertThat(service.attempts).as("no hook says what the back end knows").hasSize(1);
    assertThat(end(1)).isCompletedWithValue(NOT_OPEN);
  }

  public void aCallIsAnsweredWhenItsEventsAreStored() {
    start();
    service.last().answer(200);
    run.isSlow = true;
    CompletableFuture<PushAnswer> first = add("p", 0, 0, "a");
    CompletableFuture<PushAnswer> again = add("p", 0, 0, "a");
    CompletableFuture<PushAnswer> second = add("p", 0, 1, "b");
    assertThat(first).isNotDone();
    assertThat(again).isNotDone();
    assertThat(second).isNotDone();
    run.storeAll();
    assertThat(first).isCompletedWithValue(TAKEN);
    assertThat(again).isCompletedWithValue(new PushAnswer.Duplicate(0, 0));
    assertThat(second).as("its events are on their way").isNotDone();
    run.storeAll();
    assertThat(second).isCompletedWithValue(TAKEN);
    assertThat(text()).isEqualTo("ab");
  }

  public void anEventThatTheGatewayLeftOutIsNotSentAgain() {
    start();
    service.last().answer(200);
    run.leavesOut = true;
    assertThat(add("p", 0, 0, "a")).isCompletedWithValue(TAKEN);
    assertThat(add("p", 0, 0, "a")).isCompletedWithValue(new PushAnswer.Duplicate(0, 0));
    assertThat(Producers.of(requireNonNull(run.checkpoint)).positions())
        .containsEntry("p", new Producers.Position(0, 0));
  }

  public void aBatchThatTheEndOfTheRunOvertookIsNotTaken() {
    start();
    service.last().answer(200);
    run.isSlow = true;
    CompletableFuture<PushAnswer> answer = add("p", 0, 0, "a");
    run.cancel();
    run.failAll();
    assertThat(answer).isCompletedWithValue(NOT_OPEN);
  }

  public void onlyAFewCallsWait() {
    start();
    service.last().answer(200);
    run.isSlow = true;
    for (int i = 0; i < 8; i++) {
      assertThat(add("p", 0, i, "a")).isNotDone();
    }
    assertThat(add("p", 0, 8, "a"))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(RefusedException.class)
        .withMessageContaining("too many at a time (expected: at most 8)");
    for (int i = 0; i < 8; i++) {
      run.storeAll();
    }
    assertThat(add("p", 0, 8, "a")).isNotDone();
    run.storeAll();
    assertThat(text()).isEqualTo("aaaaaaaaa");
  }

  public void everyCallIsASignOfLife() {
    start();
    service.last().answer(200);
    int before = run.signsOfLife;
    add("p", 0, 0);
    add("p", 0, 0);
    assertThat(run.signsOfLife).isEqualTo(before + 2);
    assertThat(run.events).isEmpty();
  }

  @DataProvider
  public Object[] temporary() {
    return new Object[] {408, 409, 425, 429, 500, 502, 503, 504};
  }

  @Test(dataProvider = "temporary")
  public void theHookIsSentUntilItIsAccepted(int status) {
    start();
    String first = service.last().body();
    service.last().answer(status);
    assertThat(run.events).isEmpty();
    runLater();
    service.last().fail();
    runLater();
    assertThat(service.attempts).hasSize(3);
    assertThat(service.last().body()).isEqualTo(first);
    assertThat(service.last().call().headers()).containsEntry("webhook-id", "r_1");
    assertThat(run.checkpoint).isNull();
    service.last().answer(200);
    runLater();
    assertThat(service.attempts).hasSize(3);
    assertThat(run.checkpoint).isEqualTo(Producers.NONE.checkpoint());
  }

  public void thePausesGrowAndKeepRetryAfter() {
    start();
    for (int i = 0; i < 12; i++) {
      service.last().answer(503);
      runLater();
    }
    for (int i = 0; i < 12; i++) {
      long full = Math.min(30_000, 500L << Math.min(i, 6));
      assertThat(pauses.get(i)).isBetween(full / 2, full);
    }
    service.last().answer(429, Duration.ofMinutes(5));
    assertThat(pauses.get(12)).isEqualTo(300_000);
  }

  @DataProvider
  public Object[][] refusals() {
    return new Object[][] {
      {
        307,
        ErrorCode.UPSTREAM_REJECTED,
        "The service redirects elsewhere, which is not followed (307)."
      },
      {400, ErrorCode.UPSTREAM_REJECTED, "The service rejected the hook (400)."},
      {
        401,
        ErrorCode.UPSTREAM_AUTH,
        "The service does not accept the credentials of the gateway (401)."
      },
      {
        403,
        ErrorCode.UPSTREAM_AUTH,
        "The service does not accept the credentials of the gateway (403)."
      },
      {404, ErrorCode.UPSTREAM_REJECTED, "The service rejected the hook (404)."},
      {410, ErrorCode.UPSTREAM_REJECTED, "The service rejected the hook (410)."},
      {422, ErrorCode.UPSTREAM_REJECTED, "The service rejected the hook (422)."},
    };
  }

  @Test(dataProvider = "refusals")
  public void aHookThatIsRefusedForGoodFailsTheRun(int status, ErrorCode code, String message) {
    CompletableFuture<Void> done = start();
    service.last().answer(status);
    assertThat(run.events).containsExactly(new AgentEvent.Failed(code, message, false));
    assertThat(done).isCompleted();
    run.cancel();
    assertThat(service.attempts).hasSize(1);
    assertThat(pauses).isEmpty();
  }

  public void aCallAfterTheEndOfTheRunChangesNothing() {
    start();
    service.last().answer(404);
    assertThat(add("p", 0, 0, "late")).isCompletedWithValue(NOT_OPEN);
    run.cancel();
    assertThat(service.attempts).as("the back end refused the run itself").hasSize(1);
    newRun();
    start();
    service.last().answer(200);
    end(0);
    assertThat(add("p", 0, 1, "late")).isCompletedWithValue(NOT_OPEN);
    run.cancel();
    assertThat(service.attempts).as("the back end ended the run itself").hasSize(1);
  }

  public void eventsSayThatTheHookArrivedThoughItsAnswerWasLost() {
    start();
    assertThat(add("p", 0, 0, "a")).isCompletedWithValue(TAKEN);
    assertThat(service.last().answer()).isCancelled();
    runLater();
    assertThat(service.attempts).hasSize(1);
  }

  public void anAnswerThatComesLateChangesNoCheckpoint() {
    start();
    ScriptedHooks.Attempt hook = service.last();
    service.last().fail();
    add("p", 0, 0, "a");
    RawJson checkpoint = requireNonNull(run.checkpoint);
    hook.answer(200);
    assertThat(run.checkpoint).isEqualTo(checkpoint);
    assertThat(Producers.of(checkpoint).positions())
        .containsEntry("p", new Producers.Position(0, 0));
  }

  public void anAnswerThatCrossesTheFirstBatchChangesNoCheckpoint() {
    start();
    run.isSlow = true;
    CompletableFuture<PushAnswer> answer = add("p", 0, 0, "a");
    requireNonNull(pushed).accepted();
    run.storeAll();
    assertThat(answer).isCompletedWithValue(TAKEN);
    assertThat(Producers.of(requireNonNull(run.checkpoint)).positions())
        .containsEntry("p", new Producers.Position(0, 0));
  }

  public void aRunHasAPlaceUntilItsHookIsAccepted() {
    start();
    service.last().answer(503);
    assertThat(places.taken).containsExactly("r_1");
    runLater();
    assertThat(places.taken).containsExactly("r_1");
    service.last().answer(200);
    assertThat(places.taken).isEmpty();
  }

  public void aRunThatAddsEventsNeedsNoPlace() {
    start();
    assertThat(add("p", 0, 0, "a")).isCompletedWithValue(TAKEN);
    assertThat(places.taken).isEmpty();
  }

  public void aRunThatWaitsForAPlaceReadsAndSendsNothing() {
    places.isFull = true;
    AtomicInteger reads = new AtomicInteger();
    start(
        maxBytes -> {
          reads.incrementAndGet();
          return HistorySource.NONE.read(maxBytes);
        },
        null);
    assertThat(reads).hasValue(0);
    places.waiting.get(0).complete(null);
    assertThat(reads).hasValue(1);
    assertThat(service.attempts).hasSize(1);
  }

  public void aRunThatFindsNoPlaceFails() {
    places.isFull = true;
    CompletableFuture<Void> left = start();
    UpstreamException full = new UpstreamException(ErrorCode.OVERLOADED, "full", true, null);
    places.waiting.get(0).completeExceptionally(full);
    assertThat(run.events).containsExactly(full.toEvent());
    assertThat(left).isCompleted();
    run.cancel();
    assertThat(service.attempts).isEmpty();
  }

  public void aRunThatEndsWhileItWaitsForAPlaceWaitsNoLonger() {
    places.isFull = true;
    CompletableFuture<Void> left = start();
    run.cancel();
    assertThat(places.waiting.get(0)).isCancelled();
    assertThat(left).isCompleted();
    assertThat(run.events).isEmpty();
    assertThat(service.attempts).isEmpty();
  }

  public void aRunThatIsRefusedGivesItsPlaceBackAtItsEnd() {
    start();
    service.last().answer(400);
    run.cancel();
    assertThat(places.taken).isEmpty();
  }

  public void aCancelIsToldInAPlace() {
    CompletableFuture<Void> left = start();
    service.last().answer(200);
    places.isFull = true;
    run.cancel();
    assertThat(service.attempts).hasSize(1);
    places.taken.add("r_1");
    places.waiting.get(0).complete(null);
    assertThat(service.last().body()).contains("run.cancelled");
    service.last().answer(200);
    assertThat(places.taken).isEmpty();
    assertThat(left).isCompleted();
  }

  /** Of a run that went on after a restart: its hook may have come before. */
  public void eventsThatComeBeforeThePlaceAreTheAcceptance() {
    places.isFull = true;
    start(HistorySource.NONE, new Resumption(null));
    assertThat(add("p", 0, 0, "a")).isCompletedWithValue(TAKEN);
    assertThat(places.waiting.get(0)).isCancelled();
    assertThat(service.attempts).isEmpty();
    assertThat(places.taken).isEmpty();
  }

  public void aPlaceThatComesWithTheEventsIsGivenBack() {
    places.isFull = true;
    CompletableFuture<History> history = new CompletableFuture<>();
    start(max -> history, new Resumption(null));
    places.taken.add("r_1");
    places.waiting.get(0).complete(null);
    assertThat(add("p", 0, 0, "a")).isCompletedWithValue(TAKEN);
    history.complete(History.EMPTY);
    assertThat(service.attempts).isEmpty();
    assertThat(places.taken).isEmpty();
  }

  public void aRunThatIsCancelledFirstKeepsNoPlace() {
    run.cancel();
    start(max -> CompletableFuture.failedFuture(new IllegalStateException("disk")), null);
    assertThat(places.taken).isEmpty();
  }

  public void aRunWhoseHistoryCannotBeReadKeepsNoPlace() {
    start(max -> CompletableFuture.failedFuture(new IllegalStateException("disk")), null);
    assertThat(places.taken).isEmpty();
  }

  public void aCancelThatFindsNoPlaceIsToldNevertheless() {
    CompletableFuture<Void> left = start();
    service.last().answer(200);
    places.isFull = true;
    run.cancel();
    places
        .waiting
        .get(0)
        .completeExceptionally(UpstreamException.permanent(ErrorCode.OVERLOADED, "full"));
    assertThat(service.attempts).hasSize(2);
    service.last().answer(200);
    assertThat(left).isCompleted();
  }

  public void aCancelledRunIsConfirmedByTheBackEndAlone() {
    CompletableFuture<Void> done = start();
    service.last().answer(200);
    run.cancel();
    assertThat(service.last().body())
        .isEqualTo(
            "{\"type\":\"run.cancelled\",\"run_id\":\"r_1\",\"agent\":\"pushed\","
                + "\"conversation_id\":\"opaque\"}");
    assertThat(service.last().call().headers()).containsEntry("webhook-id", "r_1.cancelled");
    assertThat(add("p", 0, 0, "late")).isCompletedWithValue(NOT_OPEN);
    assertThat(done).isNotDone();
    service.last().answer(204);
    assertThat(done).isCompleted();
    assertThat(run.events).isEmpty();
  }

  public void withoutAConfirmationTheStageFails() {
    CompletableFuture<Void> done = start();
    service.last().answer(200);
    run.cancel();
    service.last().answer(500);
    assertUnconfirmed(done);
    newRun();
    CompletableFuture<Void> other = start();
    service.last().answer(200);
    run.cancel();
    service.last().fail();
    assertUnconfirmed(other);
  }

  private static void assertUnconfirmed(CompletableFuture<Void> done) {
    assertThat(done)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(UnconfirmedCancelException.class);
  }

  public void aRunThatTheBackEndNeverHeardOfIsConfirmedAtOnce() {
    CompletableFuture<History> unread = new CompletableFuture<>();
    CompletableFuture<Void> done = start(maxBytes -> unread, null);
    run.cancel();
    assertThat(done).isCompleted();
    unread.complete(History.EMPTY);
    assertThat(service.attempts).isEmpty();
  }

  public void aHookUnderWayIsTakenBack() {
    start();
    ScriptedHooks.Attempt hook = service.last();
    run.cancel();
    assertThat(hook.answer()).isCancelled();
    assertThat(service.attempts).hasSize(2);
    assertThat(service.last().body()).contains("run.cancelled");
    runLater();
    assertThat(service.attempts).hasSize(2);
  }

  public void aProcessThatEndsTellsTheBackEndNothing() {
    start();
    service.last().answer(200);
    run.detach();
    assertThat(service.attempts).hasSize(1);
    assertThat(add("p", 0, 0, "a")).isCompletedWithValue(NOT_OPEN);
  }

  public void aHistoryThatCannotBeReadFailsTheRun() {
    CompletableFuture<Void> done =
        start(max -> CompletableFuture.failedFuture(new IllegalStateException("disk")), null);
    assertThat(done).isCompletedExceptionally();
  }

  public void afterARestartAnAcceptedHookIsNotSentAgain() {
    start();
    service.last().answer(200);
    add("p", 3, 0, "a");
    RawJson checkpoint = run.checkpoint;
    runs = newProcess();
    assertThat(add("p", 3, 1, "b")).as("before it is attached").isCompletedWithValue(NOT_OPEN);
    start(HistorySource.NONE, new Resumption(checkpoint));
    assertThat(service.attempts).hasSize(1);
    assertThat(add("p", 3, 0, "a")).isCompletedWithValue(new PushAnswer.Duplicate(3, 0));
    assertThat(add("p", 2, 0, "z")).isCompletedWithValue(new PushAnswer.Stale(3));
    assertThat(add("p", 3, 1, "b")).isCompletedWithValue(TAKEN);
    assertThat(text()).isEqualTo("ab");
  }

  public void afterARestartAHookThatWasNotAcceptedIsSentAgain() {
    start();
    service.last().answer(503);
    runs = newProcess();
    start(HistorySource.NONE, new Resumption(null));
    assertThat(service.attempts).hasSize(2);
    assertThat(service.last().call().headers()).containsEntry("webhook-id", "r_1");
  }

  @DataProvider
  public Object[] seeds() {
    return new Object[] {1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L};
  }

  /** Two producers send each batch one to three times, late, early and across restarts. */
  @Test(dataProvider = "seeds")
  public void whatIsShownIsWhatWasSentOnce(long seed) {
    Random random = new Random(seed);
    start();
    service.last().answer(200);
    String[] producers = {"a", "b"};
    int[] next = new int[producers.length];
    for (int i = 0; i < 400; i++) {
      int who = random.nextInt(producers.length);
      int seq = Math.max(0, next[who] + random.nextInt(6) - 3);
      boolean isSecond = random.nextInt(10) == 0;
      if (random.nextInt(25) == 0) {
        runs = newProcess();
        start(HistorySource.NONE, new Resumption(run.checkpoint));
      }
      run.isSlow = isSecond;
      CompletableFuture<PushAnswer> answer =
          add(producers[who], 0, seq, producers[who] + seq + ' ');
      CompletableFuture<PushAnswer> copy =
          isSecond ? add(producers[who], 0, seq, producers[who] + seq + ' ') : answer;
      run.storeAll();
      run.isSlow = false;
      PushAnswer expected =
          seq == next[who]
              ? TAKEN
              : seq > next[who]
                  ? new PushAnswer.Gap(next[who])
                  : new PushAnswer.Duplicate(0, next[who] - 1);
      assertThat(answer).isCompletedWithValue(expected);
      assertThat(copy).isDone();
      next[who] += seq == next[who] ? 1 : 0;
    }
    for (int who = 0; who < producers.length; who++) {
      StringBuilder sent = new StringBuilder();
      for (int seq = 0; seq < next[who]; seq++) {
        sent.append(producers[who]).append(seq).append(' ');
      }
      String prefix = producers[who];
      StringBuilder shown = new StringBuilder();
      for (String piece : text().split("(?<= )", -1)) {
        shown.append(piece.startsWith(prefix) ? piece : "");
      }
      assertThat(shown.toString()).isEqualTo(sent.toString());
    }
  }
}
