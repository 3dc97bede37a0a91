package dev.parley.gateway.tests.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.StreamClient;
import dev.parley.gateway.tests.support.WsClient;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.testng.annotations.Test;

/** A connection beyond the limit evicts the oldest one. */
@Test(groups = {"security", "websocket"})
public class EvictionTest extends GatewayTest {
  @Override
  protected Map<String, String> settings() {
    return Map.of("limits.connection_policy", "evict", "tiers.early.connections", "2");
  }

  public void theOldestConnectionIsEvictedAndTheNewestServed() {
    Deque<WsClient> open = new ArrayDeque<>();
    for (int i = 0; i < 6; i++) {
      open.add(connect(ada));
      open.getLast().barrier();
      if (i >= 2) {
        assertThat(open.remove().awaitClose().code()).isEqualTo(4409);
      }
    }
    open.forEach(WsClient::barrier);
    assertThat(http(ada).get("/v1/session").status()).isEqualTo(200);
  }

  public void aStreamIsEvictedLikeAConnectionWithTheSameCode() {
    String token = gateway.tokens().of(ada);
    StreamClient stream = closing(StreamClient.open(gateway.address(), token, "t1", ""));
    stream.await("subscribed");
    WsClient first = connect(ada);
    connect(ada).barrier();
    assertThat(stream.awaitClose().code()).isEqualTo(4409);
    first.barrier();
  }

  /** Two open ones, and two that wait for the answer to their Close frame. */
  public void connectionsThatAnswerNoCloseHoldFewSockets() {
    List<RawClient> all = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      all.add(closing(RawClient.upgraded(gateway.address(), gateway.tokens().of(ada))));
      assertThat(gateway.metrics().figure("parley_sockets")).isLessThanOrEqualTo(2 + 2);
    }
    all.subList(0, 28).forEach(RawClient::readToEnd);
    assertThat(gateway.metrics().openConnections()).isEqualTo(2);
  }

  public void aConnectionOfAnotherUserIsNotEvicted() {
    WsClient other = connect(bob);
    connect(ada);
    connect(ada);
    connect(ada).barrier();
    other.barrier();
  }
}
