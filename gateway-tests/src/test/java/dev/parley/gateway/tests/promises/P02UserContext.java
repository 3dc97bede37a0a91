package dev.parley.gateway.tests.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import org.testng.annotations.Test;

@BusinessValue(
    segment = "everyone",
    goal = "Trust",
    valueImpact = "What is mine is mine: no word of one person ever reaches another",
    strategicImpact = "Many tenants share one gateway without a wall that could be forgotten")
@Test(groups = {"websocket", "multi_user"})
public class P02UserContext extends GatewayTest {
  public void aContextIsBornWithTheFirstConnectionAndEndsWithTheLast() {
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

  public void aColonInATenantOrANameLetsNothingThrough() {
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
