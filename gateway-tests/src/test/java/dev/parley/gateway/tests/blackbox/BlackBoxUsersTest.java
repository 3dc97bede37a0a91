package dev.parley.gateway.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import org.testng.annotations.Test;

/** Two users with a thread of the same name share nothing. Needs a second token. */
@Test(groups = {"multi_user", "security", "black_box", "second_user"})
public class BlackBoxUsersTest extends BlackBoxTest {

  public void aThreadOfTheSameNameIsAnotherThread() {
    String thread = thread();
    String other = otherToken();
    WsClient theirs = connect(other);
    theirs.readAll(thread);
    WsClient mine = connect();
    chat(mine, thread, "only mine");
    assertThat(mine.readAll(thread).events()).hasSize(1);
    theirs.barrier();
    assertThat(theirs.received()).noneMatch(Received::isEvent);
    assertThat(http(other).get("/v1/threads/" + thread + "/events?after=0").json().toString())
        .doesNotContain("only mine");
    assertThat(http(other).get("/v1/threads").json().toString()).doesNotContain(thread);
  }

  public void aRunOfAnotherUserLooksLikeNoRun() {
    WsClient mine = connect();
    String run = start(mine, thread(), "hello");
    Received refused = ask(connect(otherToken()), Commands.cancelRun(WsClient.newId(), run));
    Received unknown =
        ask(
            connect(otherToken()),
            Commands.cancelRun(WsClient.newId(), "r_0000000000000000000000"));
    assertThat(refused.payload()).isEqualTo(unknown.payload());
    assertThat(mine.awaitEnd(run).type()).isEqualTo("agent_completed");
  }
}
