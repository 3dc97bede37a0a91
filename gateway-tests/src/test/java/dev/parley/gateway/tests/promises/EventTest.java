package dev.parley.gateway.tests.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;

/** What the classes of the five events share. */
abstract class EventTest extends GatewayTest {

  final List<Received> runOf(String question) {
    return connect(ada).runToEnd("t1", question);
  }

  static List<Received> ofType(List<Received> run, String type) {
    return run.stream().filter(event -> event.type().equals(type)).toList();
  }

  /** Three devices, one of which comes only afterwards; and another user on the same thread. */
  final void reachesEveryDeviceAndNobodyElse(String question, String type) {
    WsClient phone = connect(ada);
    phone.readAll("t1");
    WsClient other = connect(bob);
    other.readAll("t1");
    List<Received> sent = ofType(connect(ada).runToEnd("t1", question), type);
    phone.await("agent_completed");
    assertThat(sent).isNotEmpty();
    assertThat(ofType(phone.thread("t1").events(), type)).isEqualTo(sent);
    assertThat(connect(ada).readAll("t1").canonical()).isEqualTo(phone.thread("t1").canonical());
    other.barrier();
    assertThat(other.received()).noneMatch(Received::isEvent);
  }
}
