package dev.parley.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.ConnectionId;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.user.UserContext;
import dev.parley.gateway.user.UserRig;
import dev.parley.gateway.user.read.Answer;
import dev.parley.gateway.user.read.Subscriber;
import dev.parley.gateway.user.thread.Frame;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.Test;

/** What becomes of a connection whose command throws. */
@Test(groups = "unit")
public class BrokenCommandTest {

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
      replies++;
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

  public void itIsClosedAndWhatItSentAfterwardsIsDropped() {
    try (UserRig rig = new UserRig()) {
      Principal ada = rig.connect().reader.principal();
      UserContext context = rig.contexts.of(ada.user());
      Broken broken = new Broken();
      Router router = new Router(rig.home, context, context.attach(ada, broken));
      router.dispatch(new ClientCommand.Ping(new CommandId("p1")));
      router.dispatch(new ClientCommand.Ping(new CommandId("p2")));
      assertThat(broken.closed).containsExactly(CloseReason.FAULT);
      assertThat(broken.replies).isEqualTo(1);
    }
  }
}
