package dev.parley.gateway.user.run;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.Agents;
import dev.parley.gateway.codec.DeltaCodec;
import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.log.embedded.DamagedStore;
import dev.parley.gateway.log.embedded.EmbeddedLog;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.ToolStatus;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.UserRig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.slf4j.LoggerFactory;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Runs that the last process left open, and that can never be resumed because a record of theirs in
 * the store on the disk is damaged.
 */
@Test(groups = "unit")
public class DamagedRunTest {

  private static final UserId ADA = new UserId("default", "ada");
  private static final ThreadKey THREAD = new ThreadKey(ADA, new ThreadId("t"));
  private static final String CONTENT = "marker-of-the-content";

  /** The seqs of what the run has. */
  private static final long TEXT = 3;

  private static final long TOOL = 4;

  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.parley.gateway.user.run");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private Path folder;
  private UserRig rig;
  private RunId run;

  @BeforeMethod(alwaysRun = true)
  public void leaveARunOpen() throws IOException {
    lines.list.clear();
    lines.start();
    logger.addAppender(lines);
    logger.setAdditive(false);
    folder = Files.createTempDirectory("parley-damaged-run");
    rig = UserRig.over(open(), Map.of());
    rig.agent.isResumable = true;
    Peer ada = rig.connect();
    ada.start("c", "t");
    run = rig.agent.job().request.run();
    var ignored =
        rig.agent
            .job()
            .sink
            .emitAll(
                List.of(
                    new AgentEvent.Message(CONTENT + " one "),
                    new AgentEvent.ToolStarted("k", "look", RawJson.of("{}")),
                    new AgentEvent.Message("two"),
                    new AgentEvent.Custom("last", RawJson.of("1"))),
                RawJson.of("{\"at\":\"" + CONTENT + "\"}"));
    rig.settle();
    rig.close();
  }

  @AfterMethod(alwaysRun = true)
  public void removeFolder() throws IOException {
    rig.close();
    EventLogContract.deleteAll(folder);
    logger.detachAppender(lines);
    logger.setAdditive(true);
  }

  private EventLog open() {
    return EmbeddedLog.open(
        folder, Clock.systemUTC(), IdSource.random(), EmbeddedLog.LogOptions.of(new DeltaCodec()));
  }

  private void damage(BiConsumer<DamagedStore, RunId> how) {
    try (DamagedStore store = new DamagedStore(folder)) {
      how.accept(store, run);
    }
  }

  /** The next process, with the same agents. */
  private void restart() {
    rig = new UserRig(open(), 1000);
    rig.agent.isResumable = true;
  }

  private void resume(Map<AgentName, Agent> agents) {
    Recovery recovery = new Recovery(rig.log, new Agents(agents), ToldEnds.NONE, Clock.systemUTC());
    rig.contexts.resumeRuns(recovery.endOpenRuns().open());
  }

  private void resume() {
    resume(Map.of(new AgentName("builtin"), rig.agent));
  }

  private List<ServerEvent> after(long seq) {
    EventPage page = rig.log.read(THREAD, seq, 1 << 20).toCompletableFuture().join();
    List<ServerEvent> events = new ArrayList<>();
    page.events().forEach(each -> events.add(EventCodec.read(each.type(), each.body()).event()));
    return events;
  }

  private RunState state() {
    return rig.log.run(ADA, run).toCompletableFuture().join().orElseThrow().state();
  }

  @DataProvider
  public static Object[][] damages() {
    return new Object[][] {
      {"run request", how((store, run) -> store.cutRequest(ADA, run))},
      {"run request", how((store, run) -> store.destroyRequest(ADA, run))},
      {"run request", how((store, run) -> store.removeRequest(ADA, run))},
      {"checkpoint", how((store, run) -> store.cutCheckpoint(ADA, run))},
      {"event 3", how((store, run) -> store.cutEvent(THREAD, TEXT))},
    };
  }

  private static BiConsumer<DamagedStore, RunId> how(BiConsumer<DamagedStore, RunId> how) {
    return how;
  }

  @Test(dataProvider = "damages")
  public void theRunEndsOnce(String named, BiConsumer<DamagedStore, RunId> how) {
    damage(how);
    restart();
    resume();
    rig.settle();
    assertThat(rig.agent.jobs()).isEmpty();
    assertEnded();
    assertThat(lines.list).hasSize(1);
    assertThat(lines.list.get(0).getFormattedMessage())
        .contains(run.value(), "builtin", named)
        .doesNotContain(CONTENT);
    rig.close();
    restart();
    resume();
    rig.settle();
    assertEnded();
    assertThat(lines.list).hasSize(1);
  }

  /** Its tool is closed, and the end is the last that happens. */
  private void assertEnded() {
    List<ServerEvent> ends = after(6);
    assertThat(ends).hasSize(2);
    assertThat(((ServerEvent.ToolCompleted) ends.get(0)).status()).isEqualTo(ToolStatus.UNKNOWN);
    ServerEvent.AgentFailed failed = (ServerEvent.AgentFailed) ends.get(1);
    assertThat(failed.code().wire()).isEqualTo("gateway_restarted");
    assertThat(failed.retryable()).isTrue();
    assertThat(String.valueOf(failed.partialText())).endsWith("two");
    assertThat(state()).isEqualTo(RunState.FAILED);
    assertThat(rig.log.saved(ADA, run).toCompletableFuture().join()).isEmpty();
  }

  @DataProvider
  public static Object[][] unreadable() {
    return new Object[][] {
      {how((store, run) -> store.destroyEvent(THREAD, TOOL))},
      {how((store, run) -> store.removeEvent(THREAD, TOOL))},
    };
  }

  /** What comes after it cannot be read either. */
  @Test(dataProvider = "unreadable")
  public void anEventThatTheStoreCannotReadEndsTheRun(BiConsumer<DamagedStore, RunId> how) {
    damage(how);
    restart();
    resume();
    rig.settle();
    assertThat(rig.agent.jobs()).isEmpty();
    assertThat(state()).isEqualTo(RunState.FAILED);
    assertThat(after(6)).hasSize(1);
    assertThat(lines.list).hasSize(1);
    assertThat(lines.list.get(0).getFormattedMessage()).contains(run.value(), "event");
  }

  public void aRunOfAnAgentThatIsGoneEndsAsFarAsItCanBeRead() {
    damage((store, id) -> store.cutEvent(THREAD, TEXT));
    restart();
    resume(Map.of());
    rig.settle();
    assertEnded();
    assertThat(lines.list).hasSize(1);
    assertThat(lines.list.get(0).getFormattedMessage())
        .contains(run.value(), "builtin", "event 3")
        .doesNotContain(CONTENT);
  }

  public void aRunThatWasCancelledBeforeIsCancelled() {
    damage((store, id) -> store.cutCheckpoint(ADA, id));
    restart();
    rig.log.read.holdCalls();
    resume();
    rig.settle();
    Peer ada = rig.connect();
    ada.cancelRun("x", run.value());
    rig.settle();
    assertThat(ada.answerTo("x").path("state").asText()).isEqualTo("cancelling");
    rig.log.read.release();
    rig.settle();
    List<ServerEvent> ends = after(6);
    assertThat(((ServerEvent.ToolCompleted) ends.get(0)).status()).isEqualTo(ToolStatus.ABORTED);
    assertThat(((ServerEvent.AgentCancelled) ends.get(1)).upstreamConfirmed()).isFalse();
    assertThat(ends).hasSize(2);
  }

  /** Neither its end nor anything else can be stored then; other runs go on. */
  public void aThreadThatCannotBeLoadedIsLeft() {
    damage((store, id) -> store.destroyHead(THREAD));
    restart();
    resume();
    rig.settle();
    assertThat(rig.agent.jobs()).isEmpty();
    assertThat(rig.connect().seen.last("welcome").path("open_runs")).isEmpty();
    assertThat(lines.list).hasSize(1);
    assertThat(lines.list.get(0).getFormattedMessage()).contains(run.value(), "builtin", "head");
    assertThat(rig.contexts.drain(UserRig.AT_ONCE).toCompletableFuture()).isNotNull();
    rig.settle();
  }

  public void theNextRunOfTheThreadBegins() {
    damage((store, id) -> store.removeRequest(ADA, id));
    restart();
    resume();
    rig.settle();
    Peer ada = rig.connect();
    ada.start("c2", "t");
    rig.settle();
    assertThat(rig.agent.jobs()).hasSize(1);
  }
}
