package dev.parley.gateway.user;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.EventLogContract.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.parley.gateway.agent.AgentThreads;
import dev.parley.gateway.agent.Agents;
import dev.parley.gateway.codec.DeltaCodec;
import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.config.Catalogue;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.limit.LimitConfig;
import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.Commits;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.Expectation;
import dev.parley.gateway.log.ManualClock;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.RunChange;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.log.StoreWatch;
import dev.parley.gateway.log.embedded.EmbeddedLog;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.ConnectionId;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.ServerEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Replay from a store that joins deltas and drops what is old. */
@Test(groups = "unit")
public class ReplayTest {

  private static final Retention SMALL = new Retention(Duration.ofDays(7), 10, 1 << 20);

  private final ManualClock clock = new ManualClock();
  private final TurnHome home = new TurnHome();
  private final Told told = new Told();
  private Path folder;
  private EventLog log;
  private UserContext context;
  private Reader reader;

  /** A home whose tasks the test runs. */
  private static final class TurnHome implements Home {

    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

    void runNext() {
      try {
        Runnable task = tasks.poll(30, TimeUnit.SECONDS);
        assertThat(task).as("task within 30 s").isNotNull();
        task.run();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    @Override
    public boolean inHome() {
      return true;
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      return () -> {};
    }

    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public Instant now() {
      return Instant.EPOCH;
    }
  }

  /** What a connection was told, as text; it asks on until it has caught up. */
  private final class Told implements Subscriber {

    private final List<String> frames = new ArrayList<>();

    @Override
    public ConnectionId id() {
      return new ConnectionId("c_1");
    }

    @Override
    public void welcome(Frame frame) {}

    @Override
    public void reply(Frame frame) {
      signal(frame);
    }

    @Override
    public void signal(Frame frame) {
      frames.add(text(frame));
    }

    @Override
    public void answer(Answer answered) {
      answered.frames().forEach(this::signal);
      reader.ask(4_096);
    }

    @Override
    public void close(CloseReason reason) {
      frames.add("closed " + reason);
    }

    private static String text(Frame frame) {
      return new String(frame.head(), StandardCharsets.UTF_8)
          + new String(frame.body(), StandardCharsets.UTF_8);
    }
  }

  @BeforeMethod(alwaysRun = true)
  public void open() throws IOException {
    told.frames.clear();
    folder = Files.createTempDirectory("parley-replay");
    EmbeddedLog.Terms terms =
        new EmbeddedLog.Terms(
            new DeltaCodec(),
            SMALL,
            StoreConfig.DEFAULT_MEMORY,
            new QueueBound(QueueBound.DEFAULT_BYTES),
            0,
            StoreWatch.NONE);
    log = EmbeddedLog.open(folder, clock, IdSource.random(), terms);
    context = new UserContext(ADA, home, services(), ended -> {});
    Principal ada = new Principal(ADA, "mid", Set.of(), Instant.MAX);
    reader = context.attach(ada, told);
  }

  @AfterMethod(alwaysRun = true)
  public void close() throws IOException {
    log.close();
    EventLogContract.deleteAll(folder);
  }

  public void deltasOfAnEndedRunComeAsOneFrameThatNamesItsFirstSeq() {
    answer("Hel", "lo ", "\uD83D\uDE00!");
    replay(0);
    assertThat(told.frames)
        .filteredOn(frame -> frame.contains("agent_message"))
        .singleElement(STRING)
        .contains("\"seq_from\":3,\"seq\":5,", "\"offset\":0,\"delta\":\"Hello \uD83D\uDE00!\"");
    assertThat(told.frames.get(told.frames.size() - 1)).contains("caught_up", "\"seq\":6");
  }

  public void aCursorWithinAFrameGetsTheRestOfIt() {
    answer("Hel", "lo ", "\uD83D\uDE00!");
    replay(3);
    assertThat(told.frames.get(1))
        .contains("\"seq_from\":4,\"seq\":5,", "\"offset\":3,\"delta\":\"lo \uD83D\uDE00!\"");
    told.frames.clear();
    replay(4);
    assertThat(told.frames.get(1))
        .contains("\"thread_id\":\"t1\",\"seq\":5,", "\"offset\":6,\"delta\":\"\uD83D\uDE00!\"");
  }

  public void aReaderThatIsOvertakenByRetentionIsToldOfTheGap() {
    chat(10);
    replay(0);
    reader.ask(0);
    chat(25);
    resubscribeWithout(reader, 10);
    assertThat(told.frames)
        .filteredOn(frame -> frame.contains("\"gap\""))
        .singleElement(STRING)
        .contains("\"reason\":\"retention\"", "\"oldest\":26");
    assertThat(told.frames).noneMatch(frame -> frame.startsWith("closed"));
    assertThat(told.frames.get(told.frames.size() - 1)).contains("caught_up", "\"seq\":35");
  }

  public void aReaderOfAThreadOfWhichNothingIsLeftIsToldOfTheGapToo() {
    chat(10);
    keepState();
    clock.advance(Duration.ofDays(8));
    settle();
    resubscribeWithout(reader, 5);
    assertThat(told.frames)
        .filteredOn(frame -> frame.contains("\"gap\""))
        .singleElement(STRING)
        .contains("\"reason\":\"retention\"", "\"oldest\":11");
    assertThat(told.frames).noneMatch(frame -> frame.startsWith("closed"));
    assertThat(told.frames.get(told.frames.size() - 1)).contains("caught_up", "\"seq\":10");
  }

  private void answer(String... deltas) {
    await(log.commit(Commits.start(T1, null, R1)));
    long offset = 0;
    for (String delta : deltas) {
      ServerEvent event = new ServerEvent.AgentMessage(new MessageId("m_2"), offset, delta);
      NewEvent said = new NewEvent(event.type(), EventCodec.body(event, R1, Instant.EPOCH));
      await(
          log.commit(
              new Commit(
                  T1, null, new Expectation.RunOpen(R1), List.of(said), new RunChange.None())));
      offset += delta.length();
    }
    await(log.commit(Commits.end(T1, R1)));
    settle();
  }

  private void chat(int times) {
    for (int i = 0; i < times; i++) {
      await(log.commit(Commits.append(T1, "\"chat\":1}")));
    }
    settle();
  }

  private void settle() {
    for (int i = 0; i < 20; i++) {
      await(log.commit(Commits.append(Commits.T2, "a")));
    }
  }

  /** Subscribes behind the seq and reads until the live end. */
  private void replay(long after) {
    Epoch epoch = await(log.head(T1)).epoch();
    ClientCommand.Position position =
        new ClientCommand.Position(T1.thread(), OptionalLong.of(after), epoch);
    context
        .subscriptions()
        .subscribe(
            reader,
            new ClientCommand.Subscribe(new CommandId("s1"), List.of(position), 0),
            () -> {});
    reader.ask(4_096);
    readOn();
  }

  private void readOn() {
    while (told.frames.stream().noneMatch(frame -> frame.contains("caught_up"))) {
      home.runNext();
    }
  }

  private @Nullable ThreadState kept;

  /** The home knows the thread as it is now; it is not told what the store drops. */
  private void keepState() {
    context.withThread(
        T1.thread(),
        thread -> {
          thread.hold();
          kept = thread;
        },
        () -> {});
    home.runNext();
  }

  private void resubscribeWithout(Reader to, long cursor) {
    told.frames.clear();
    if (kept == null) {
      reader.unsubscribe(T1.thread());
      keepState();
    }
    to.subscribe(Objects.requireNonNull(kept), cursor, Duration.ZERO);
    to.ask(4_096);
    readOn();
    kept = null;
  }

  private Services services() {
    Problems problems = new Problems();
    LimitConfig limits =
        LimitConfig.read(
            Settings.of(Map.of(), new Catalogue(LimitConfig.KEYS), problems), problems);
    return new Services(
        log,
        new Agents(Map.of()),
        new AgentThreads(Runnable::run, Runnable::run),
        IdSource.random(),
        limits,
        new RunConfig(UserRig.IDLE, UserRig.IDLE, UserRig.WHOLE, new AgentName("builtin")),
        new PageBudget(1 << 20),
        new Metrics(),
        Duration.ofSeconds(20),
        65_536);
  }
}
