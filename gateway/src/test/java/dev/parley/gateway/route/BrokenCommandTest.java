package dev.parley.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.ClientCommand.Position;
import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.ConnectionId;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.UserContext;
import dev.parley.gateway.user.UserRig;
import dev.parley.gateway.user.read.Answer;
import dev.parley.gateway.user.read.Reader;
import dev.parley.gateway.user.read.Subscriber;
import dev.parley.gateway.user.thread.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What becomes of a connection whose command throws. */
@Test(groups = "unit")
public class BrokenCommandTest {

  private static final CommandId ID = new CommandId("c1");

  /** A connection whose replies fail. */
  private static final class Broken implements Subscriber {

    private final List<CloseReason> closed = new ArrayList<>();
    private int replies;

    @Override
    public ConnectionId id() {
      return new ConnectionId("c_broken");
    }

    @Override
    public void welcome(Frame frame) {}

    @Override
    public void reply(ServerSignal signal) {
      if (replies++ % 2 == 0) {
        throw new OutOfMemoryError("broken by the test");
      }
      throw new IllegalStateException("broken by the test");
    }

    @Override
    public void done() {}

    @Override
    public void signal(Frame frame) {}

    @Override
    public void subscriptions(int now) {}

    @Override
    public void answer(Answer answer) {
      answer.taken();
    }

    @Override
    public void close(CloseReason reason) {
      closed.add(reason);
    }
  }

  private final Broken broken = new Broken();
  private UserRig rig;
  private Peer ada;
  private Reader reader;
  private Router router;

  @BeforeMethod(alwaysRun = true)
  public void connect() {
    rig = new UserRig();
    ada = rig.connect();
    Principal principal = ada.reader.principal();
    UserContext context = rig.contexts.of(principal.user());
    broken.closed.clear();
    broken.replies = 0;
    reader = context.attach(principal, broken);
    router = new Router(rig.home, context, reader);
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  public void itIsClosedAndWhatItSentAfterwardsIsDropped() {
    router.dispatch(new ClientCommand.Ping(new CommandId("p1")));
    router.dispatch(new ClientCommand.Ping(new CommandId("p2")));
    assertThat(broken.closed).containsExactly(CloseReason.FAULT);
    assertThat(broken.replies).isEqualTo(1);
  }

  @DataProvider
  public static Object[][] answeredLater() {
    ThreadId thread = new ThreadId("t");
    return new Object[][] {
      {Peer.chatCommand("c1", "t", "hi")},
      {Peer.startCommand("c1", "t", "builtin")},
      {Peer.startCommand("c1", "t", "nobody")},
      {new ClientCommand.CancelRun(ID, new RunId("r_none"), null, null, null)},
      {new ClientCommand.CancelRun(ID, null, new CommandId("queued"), null, null)},
      {new ClientCommand.Ack(ID, thread, 99)},
      {new ClientCommand.Ack(ID, ThreadId.INBOX, 99)},
      {new ClientCommand.Subscribe(ID, List.of(new Position(thread, OptionalLong.of(0), null)), 0)},
    };
  }

  @Test(dataProvider = "answeredLater")
  public void itIsClosedAlsoWhenItsAnswerComesLater(ClientCommand command) {
    ada.start("open", "q");
    ada.queue("queued", "q");
    router.dispatch(command);
    settle();
    assertThat(broken.closed).isNotEmpty().containsOnly(CloseReason.FAULT);
  }

  @Test(dataProvider = "answeredLater")
  public void nothingIsLeftOfIt(ClientCommand command) {
    ada.start("open", "q");
    ada.queue("queued", "q");
    router.dispatch(command);
    settle();
    reader.detach();
    ada.close();
    rig.pass(Duration.ofHours(4));
    assertThat(rig.metrics.liveContexts()).isZero();
  }

  public void aRunBeginsWhoseCommandCannotBeAnswered() {
    router.dispatch(Peer.startCommand("c1", "t", "builtin"));
    settle();
    ada.subscribe("t", 0);
    rig.agent.job().complete();
    rig.settle();
    assertThat(ada.seen.all("agent_completed")).hasSize(1);
  }

  public void anotherCommandOnTheThreadThatLoadsIsCarriedOut() {
    rig.log.head.holdCalls();
    router.dispatch(new ClientCommand.Ack(ID, new ThreadId("t"), 99));
    ada.chat("c2", "t", "hi");
    rig.log.head.release();
    settle();
    assertThat(ada.answerTo("c2").path("seq").asLong()).isEqualTo(1);
  }

  /** What a task throws, its thread logs. */
  private void settle() {
    assertThatThrownBy(rig::settle).isInstanceOf(OutOfMemoryError.class);
    rig.settle();
  }
}
