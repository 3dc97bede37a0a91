package dev.parley.gateway.tests.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Leftovers;
import dev.parley.gateway.tests.support.Parallel;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.testng.annotations.Test;

@BusinessValue(
    segment = "everyone",
    goal = "Trust",
    valueImpact = "No event of one person ever reaches another",
    strategicImpact = "Many tenants share one gateway, and no ownership check can be forgotten")
@Test(groups = {"websocket", "multi_user"})
public class P02UserContext extends GatewayTest {
  private static final int CHURN = 100;

  public void aContextStartsWithTheFirstConnectionAndEndsWithTheLast() {
    gateway.awaitContexts(0);
    WsClient first = connect(ada);
    WsClient second = connect(ada);
    assertThat(gateway.metrics().liveContexts()).isEqualTo(1);
    first.close();
    second.barrier();
    assertThat(gateway.metrics().liveContexts()).isEqualTo(1);
    second.close();
    gateway.awaitContexts(0);
  }

  public void aContextOutlivesItsConnectionsWhileARunIsOpenAndEndsAfterIt() {
    gateway.awaitContexts(0);
    WsClient client = connect(ada);
    client.say("t1", "wait 1 seconds");
    client.await("tool_executing");
    client.cut();
    gateway.awaitNoConnection();
    assertThat(gateway.metrics().liveContexts()).isEqualTo(1);
    gateway.awaitContexts(0);
    assertThat(connect(ada).readAll("t1").openRuns()).isZero();
  }

  public void aContextStaysUntilItsRateLimitIsRefilledSoThatReconnectingGainsNothing() {
    RunningGateway own = closing(RunningGateway.start(Map.of("tiers.slow.rate", "0.01")));
    String slow = own.tokens().ofTier(ada, "slow");
    try (WsClient patient = WsClient.open(own.address(), slow);
        WsClient quick = own.connect(bob)) {
      patient.ask(Commands.chat("c1", "t1", "refilled in a minute"));
      quick.ask(Commands.chat("c1", "t1", "refilled in a second"));
      assertThat(own.metrics().liveContexts()).isEqualTo(2);
    }
    own.awaitNoConnection();
    own.awaitContexts(1);
    WsClient back = closing(WsClient.open(own.address(), slow));
    for (int i = 2; i <= 10; i++) {
      assertThat(back.ask(Commands.chat("c" + i, "t1", "more")).type()).isEqualTo("accepted");
    }
    assertThat(back.ask(Commands.chat("c11", "t1", "more")).text("code")).isEqualTo("rate_limited");
  }

  /** Each user connects, asks, reads and leaves, by a Close frame or a reset. */
  public void noObjectOfAUserWhoLeftStaysInMemory() throws Exception {
    gateway.awaitContexts(0);
    Leftovers leftovers = Leftovers.fromNow();
    Parallel.map(8, IntStream.range(0, CHURN).boxed().toList(), this::comeAndGo);
    gateway.awaitNoConnection();
    gateway.awaitContexts(0);
    leftovers.awaitNone();
    assertThat(gateway.metrics().figure("parley_page_bytes")).isZero();
    assertThat(gateway.metrics().figure("parley_outbound_bytes")).isZero();
  }

  private boolean comeAndGo(int user) {
    try (WsClient client = gateway.connect(ada + "-" + user)) {
      client.runToEnd("t1", "what is 6*7?");
      client.say("t2", "what is 6*8?");
      RawClient other = RawClient.upgraded(gateway.address(), gateway.tokens().of(ada + user));
      other.sendText(Commands.subscribeAll("s", "t1").toString());
      other.reset();
    }
    return true;
  }

  public void everyConnectionOfAUserSeesWhatAnyOfThemDoes() {
    WsClient phone = connect(ada);
    phone.readAll("t1");
    WsClient laptop = connect(ada);
    laptop.runToEnd("t1", "what is 2+3?");
    phone.await("agent_completed", "t1");
    assertThat(phone.thread("t1").canonical()).isEqualTo(laptop.thread("t1").canonical());
  }

  public void twoUsersWithAThreadOfTheSameNameShareNothing() {
    shareNothing(connect(ada), connect(bob));
  }

  public void aColonInATenantOrAUserNameDoesNotMixUsers() {
    shareNothing(
        connectWith(gateway.tokens().of("a:b", "c" + ada)),
        connectWith(gateway.tokens().of("a", "b:c" + ada)));
  }

  public void theSameNameInAnotherTenantIsAnotherUser() {
    shareNothing(
        connectWith(gateway.tokens().of("north", ada)),
        connectWith(gateway.tokens().of("south", ada)));
  }

  private static void shareNothing(WsClient one, WsClient other) {
    one.readAll("t1");
    other.readAll("t1");
    one.sendValid(Commands.chat("c1", "t1", "only mine"));
    other.sendValid(Commands.chat("c1", "t1", "only other's"));
    one.answer("c1");
    other.answer("c1");
    one.await("message_added");
    other.await("message_added");
    one.barrier();
    other.barrier();
    assertThat(contents(one)).containsExactly("only mine");
    assertThat(contents(other)).containsExactly("only other's");
  }

  private static List<String> contents(WsClient client) {
    return client.received().stream()
        .filter(Received::isEvent)
        .map(event -> event.text("content"))
        .toList();
  }
}
