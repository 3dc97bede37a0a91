package dev.parley.gateway.tests.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.testng.annotations.DataProvider;

/** Base class of the tests of the five events. */
abstract class EventTest extends GatewayTest {
  private final BackEnd backEnd;

  EventTest(BackEnd backEnd) {
    this.backEnd = backEnd;
  }

  @Override
  protected Map<String, String> settings() {
    return keeping(backEnd).start("1ms", Map.of("agents.bad.type", "bad"));
  }

  /**
   * Misbehaviours of an agent in the gateway; the events must be valid after each of them. Those of
   * a service are in ServiceFaultsTest.
   */
  @DataProvider
  public Object[] misbehaviours() {
    if (backEnd.isService()) {
      return new Object[0];
    }
    return new Object[] {
      "throw",
      "crash later",
      "never end",
      "leave",
      "leave a tool open",
      "end a tool that never began",
      "begin a tool twice",
      "end twice",
      "go on after the end",
      "think without a beginning",
      "say null",
      "junk",
      "a result too large",
      "flood"
    };
  }

  final boolean isService() {
    return backEnd.isService();
  }

  final List<Received> runOf(String question) {
    return connect(ada).runToEnd("t1", question);
  }

  /** A run whose agent misbehaves with a tool open. */
  final List<Received> badRun(String what) {
    RunningGateway hurried =
        what.equals("never end") ? another(Map.of("runs.timeout", "1s")) : gateway;
    return badRun(closing(hurried.connect(ada)), what);
  }

  private static List<Received> badRun(WsClient client, String what) {
    String run = client.ask(Commands.startAgent("c1", "t1", "bad", what + ", a tool open")).runId();
    client.awaitEnd(run);
    client.barrier();
    return client.thread("t1").eventsOf(run);
  }

  static List<Received> ofType(List<Received> run, String type) {
    return run.stream().filter(event -> event.type().equals(type)).toList();
  }

  final void reachesEveryDeviceAndNobodyElse(String question, String type) {
    reachesEveryDevice(type, client -> client.runToEnd("t1", question));
  }

  /** The same for the runs of a misbehaving agent. */
  final void badReachesEveryDeviceAndNobodyElse(String what, String type) {
    reachesEveryDevice(type, client -> badRun(client, what));
  }

  /**
   * Reads with three devices, one of which connects afterwards, and with another user on the same
   * thread name.
   */
  private void reachesEveryDevice(String type, Function<WsClient, List<Received>> asking) {
    WsClient phone = connect(ada);
    phone.readAll("t1");
    WsClient other = connect(bob);
    other.readAll("t1");
    List<Received> run = asking.apply(connect(ada));
    phone.awaitEnd(run.get(0).runId());
    List<Received> sent = ofType(run, type);
    assertThat(sent).isNotEmpty();
    assertThat(ofType(phone.thread("t1").events(), type)).isEqualTo(sent);
    assertThat(connect(ada).readAll("t1").canonical()).isEqualTo(phone.thread("t1").canonical());
    other.barrier();
    assertThat(other.received()).noneMatch(Received::isEvent);
  }
}
