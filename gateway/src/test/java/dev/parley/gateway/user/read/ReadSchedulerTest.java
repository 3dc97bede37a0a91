package dev.parley.gateway.user.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.limit.ByteAccount;
import dev.parley.gateway.log.Commits;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.user.UserRig;
import dev.parley.gateway.user.thread.RecentEventsCache;
import dev.parley.gateway.user.thread.ThreadState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Threads with critical events are read first in three turns of four. */
@Test(groups = "unit")
public class ReadSchedulerTest {

  private UserRig rig;
  private ReadScheduler scheduler;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    rig = new UserRig();
    scheduler = new ReadScheduler();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  private void critical(String name) {
    put(name, Commits.event("said"));
  }

  /** Of a thread that only grows a text. */
  private void text(String name) {
    ServerEvent piece = new ServerEvent.AgentMessage(new MessageId("m_1"), 0, "piece");
    put(name, NewEvent.of(piece, EventCodec.body(piece, Commits.R1, rig.home.now())));
  }

  // Nobody reads the thread when it grows, so that nothing is kept and each needs a page as well.
  private void put(String name, NewEvent event) {
    Epoch epoch = new Epoch("e");
    ThreadState thread =
        new ThreadState(
            rig.home,
            Commits.thread(Commits.ADA, name),
            ThreadHead.unborn(epoch),
            new RecentEventsCache(new ByteAccount()),
            unused -> {});
    thread.grown(1, epoch, List.of(event));
    thread.wakeReaders();
    scheduler.put(new Subscription(rig.connect().reader, rig.home, thread, 0, Duration.ZERO));
  }

  private static String name(Subscription subscription) {
    return subscription.thread().id().toString();
  }

  /** Who is served in one turn that has room for so many. */
  private List<String> turn(int room) {
    List<String> served = new ArrayList<>();
    scheduler.serve(
        subscription -> {
          served.add(name(subscription));
          return served.size() < room;
        });
    scheduler.turnOver();
    return served;
  }

  private List<String> turns(int count) {
    List<String> served = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      served.addAll(turn(1));
    }
    return served;
  }

  private String pageTurn() {
    Subscription next = scheduler.nextPage();
    scheduler.turnOver();
    return next == null ? "" : name(next);
  }

  public void theCriticalAreFirstInThreeTurnsOfFour() {
    text("text");
    critical("said");
    assertThat(turns(8))
        .containsExactly("said", "said", "said", "text", "said", "said", "said", "text");
  }

  public void eachKindTakesItsTurnsInARound() {
    text("x");
    text("y");
    critical("a");
    critical("b");
    assertThat(turns(8)).containsExactly("a", "b", "a", "x", "b", "a", "b", "y");
  }

  public void aTurnWithRoomGoesOnToTheOtherKind() {
    text("text");
    critical("said");
    assertThat(turn(9)).containsExactly("said", "text");
    turns(2);
    assertThat(turn(9)).containsExactly("text", "said");
  }

  public void aTurnOfAKindThatHasNothingIsTheOthers() {
    critical("said");
    assertThat(turns(5)).containsOnly("said").hasSize(5);
    scheduler = new ReadScheduler();
    text("text");
    assertThat(turns(5)).containsOnly("text").hasSize(5);
  }

  public void pagesAreReadInTheSameTurns() {
    text("text");
    critical("said");
    List<String> read = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      read.add(pageTurn());
    }
    assertThat(read)
        .containsExactly("said", "said", "said", "text", "said", "said", "said", "text");
  }
}
