package dev.parley.gateway.user.run;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.Agents;
import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.codec.RunFold;
import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.DamagedRecordException;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.log.Expectation;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.RunChange;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.Texts;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the runs that the last process left open and that cannot be resumed: each gets the ends of
 * its open tools and {@code agent_failed} with {@code gateway_restarted}, in one commit. Called
 * once at start-up, before anybody can connect; it blocks.
 */
public final class Recovery {

  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
  private static final int PAGE_BYTES = 256 * 1024;

  private final EventLog log;
  private final Agents agents;
  private final ToldEnds told;
  private final Clock clock;

  /**
   * What became of the open runs.
   *
   * @param ended how many were ended
   * @param open those to resume
   */
  public record Recovered(int ended, List<RunRecord> open) {
    public Recovered {
      open = List.copyOf(open);
    }
  }

  public Recovery(EventLog log, Agents agents, ToldEnds told, Clock clock) {
    this.log = log;
    this.agents = agents;
    this.told = told;
    this.clock = clock;
  }

  /**
   * Ends every open run that cannot be resumed.
   *
   * @throws LogException when the log cannot be read or written, or does not end one of them
   */
  public Recovered endOpenRuns() {
    List<RunRecord> open = await(log.openRuns());
    List<RunRecord> resumable = open.stream().filter(this::isResumable).toList();
    open.stream().filter(run -> !isResumable(run)).forEach(this::end);
    return new Recovered(open.size() - resumable.size(), resumable);
  }

  private boolean isResumable(RunRecord run) {
    return run.isResumable() && agents.find(run.agent()).filter(Agent::isResumable).isPresent();
  }

  private void end(RunRecord run) {
    RunFold fold = new RunFold();
    try {
      fold(run, fold);
    } catch (DamagedRecordException e) {
      LOG.warn(
          "run {} of agent {} is ended as far as it can be read: {}",
          run.run(),
          run.agent(),
          e.getMessage());
    }
    append(run, fold);
  }

  private void fold(RunRecord run, RunFold fold) {
    long cursor = run.firstSeq() - 1;
    EventPage page;
    do {
      page = await(log.read(run.thread(), cursor, PAGE_BYTES));
      for (StoredEvent event : page.events()) {
        add(run, fold, event);
        cursor = event.seq();
      }
    } while (!page.events().isEmpty() && cursor < page.head().head());
  }

  private static void add(RunRecord run, RunFold fold, StoredEvent event) {
    try {
      fold.add(event.type(), event.body());
    } catch (IllegalArgumentException | UncheckedIOException | DateTimeException e) {
      // Its message may quote the content.
      LOG.warn(
          "run {} of agent {} is ended without its event {}: {}",
          run.run(),
          run.agent(),
          event.seq(),
          e.getClass().getSimpleName());
    }
  }

  private void append(RunRecord run, RunFold fold) {
    Instant now = clock.instant();
    List<ServerEvent> ends = new ArrayList<>(fold.openTools(now));
    ServerEvent end =
        new ServerEvent.AgentFailed(
            ErrorCode.GATEWAY_RESTARTED,
            "The gateway was restarted while the agent worked.",
            true,
            null,
            fold.partialText());
    ends.add(end);
    List<NewEvent> events = new ArrayList<>();
    for (ServerEvent event : ends) {
      events.add(NewEvent.of(event, EventCodec.body(event, run.run(), now)));
    }
    RunChange ended = new RunChange.Ended(run.run(), RunState.FAILED, told.of(run.agent(), end));
    Expectation open = new Expectation.RunOpen(run.run());
    CommitResult result = await(log.commit(new Commit(run.thread(), null, open, events, ended)));
    if (!(result instanceof CommitResult.Committed)) {
      throw new LogException(
          Texts.expected("run " + run.run(), result.toString(), "its end in the log"));
    }
  }

  private static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof LogException known ? known : e;
    }
  }
}
