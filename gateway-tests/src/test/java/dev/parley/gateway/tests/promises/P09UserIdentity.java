package dev.parley.gateway.tests.promises;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@BusinessValue(
    segment = "everyone",
    goal = "Trust",
    valueImpact = "A person's identity comes from the signed token and from nothing else",
    strategicImpact =
        "No check can be forgotten: names are looked up only among the user's own data")
@Test(groups = {"multi_user", "security"})
public class P09UserIdentity extends GatewayTest {

  public void theWelcomeNamesTheUserAndTheTierOfTheToken() {
    WsClient client = connectWith(gateway.tokens().ofTier(ada, "mid"));
    Received welcome = client.received().get(0);
    assertThat(welcome.text("user_id")).isEqualTo(ada);
    assertThat(welcome.text("tier")).isEqualTo("mid");
    assertThat(welcome.text("connection_id")).startsWith("c_");
  }

  public void theSessionOverHttpIsThatOfTheToken() {
    String token = gateway.tokens().ofTier(ada, "mid");
    HttpCaller.HttpAnswer session = new HttpCaller(gateway.address(), token).get("/v1/session");
    JsonNode welcome = connectWith(token).received().get(0).payload();
    assertThat(session.text("user_id")).isEqualTo(ada);
    for (String field : List.of("user_id", "tier", "limits", "heartbeat_ms", "max_frame_bytes")) {
      assertThat(session.json().path(field)).isEqualTo(welcome.path(field));
    }
  }

  @DataProvider
  public Object[] names() {
    return new Object[] {
      "a:b", "ada@example.org", "名前", "a b", "\"quoted\"", "x".repeat(255), "../x"
    };
  }

  @Test(dataProvider = "names")
  public void aNameIsFreeText(String name) {
    WsClient client = connect(name);
    assertThat(client.received().get(0).text("user_id")).isEqualTo(name);
    client.sendValid(Commands.chat(WsClient.newId(), "t1", "hello"));
    assertThat(client.await("message_added").thread()).isEqualTo("t1");
  }

  @DataProvider
  public Object[][] adversarialPairs() {
    return new Object[][] {
      {"a:b", "c", "a", "b:c"},
      {"a", "b", "ab", ""},
      {"a|b", "c", "a", "b|c"},
      {"a/b", "c", "a", "b/c"},
      {"1", "1a", "11", "a"},
      {"default", "x", "Default", "x"},
      {"é", "x", "e\u0301", "x"},
      {"t", "ada", "t", "Ada"},
      {"t", "ada", "t", "ada "},
    };
  }

  @Test(dataProvider = "adversarialPairs")
  public void namesThatLookAlikeAreDifferentUsers(String t1, String s1, String t2, String s2) {
    WsClient one = connectWith(gateway.tokens().of(t1, s1 + ada));
    WsClient other = connectWith(gateway.tokens().of(t2, s2 + ada));
    other.readAll("t1");
    assertThat(one.ask(Commands.chat("c1", "t1", "mine")).type()).isEqualTo("accepted");
    one.await("message_added");
    other.barrier();
    assertThat(other.thread("t1").events()).isEmpty();
    assertThat(other.readAll("t1").events()).isEmpty();
  }

  @DataProvider
  public Object[] forgeries() {
    return new Object[] {"user_id", "sub", "tenant", "role", "as", "connection_id", "tier"};
  }

  @Test(dataProvider = "forgeries")
  public void anIdentityInAFrameIsRefused(String field) {
    WsClient client = connect(ada);
    client.send(Commands.chat("c1", "t1", "hi").put(field, bob).toString());
    assertThat(client.answer("c1").text("field")).isEqualTo("/" + field);
    ObjectNode inside = Commands.chat("c2", "t1", "hi");
    inside.withObject("/payload").put(field, bob);
    client.send(inside.toString());
    assertThat(client.answer("c2").text("field")).isEqualTo("/payload/" + field);
    assertThat(connect(bob).readAll("t1").events()).isEmpty();
  }

  public void aRunOfAnotherUserIsNotFoundLikeAnUnknownRun() {
    WsClient owner = connect(ada);
    String run = owner.say("t1", "wait 30 seconds").runId();
    WsClient thief = connect(bob);
    Received foreign = thief.ask(Commands.cancelRun("c1", run));
    Received nothing = thief.ask(Commands.cancelRun("c1", "r_" + "x".repeat(run.length() - 2)));
    assertThat(foreign.json()).isEqualTo(nothing.json());
    assertThat(foreign.text("code")).isEqualTo("not_found");
    assertThat(owner.ask(Commands.cancelRun("c2", run)).text("state")).isEqualTo("cancelling");
    owner.awaitEnd(run);
  }

  public void aCommandOfAnotherUserIsNotFound() {
    WsClient owner = connect(ada);
    owner.ask(Commands.userMessage("mine", "t1", "wait 30 seconds"));
    assertThat(connect(bob).ask(Commands.cancelByCommand("c1", "mine")).text("code"))
        .isEqualTo("not_found");
    owner.ask(Commands.cancelByCommand("c2", "mine"));
  }

  public void theSameCommandIdOfTwoUsersMeansTwoCommands() {
    assertThat(connect(ada).ask(Commands.chat("c1", "t1", "a")).payload())
        .isEqualTo(connect(bob).ask(Commands.chat("c1", "t1", "b")).payload())
        .isEqualTo(Json.object().put("seq", 1));
  }
}
