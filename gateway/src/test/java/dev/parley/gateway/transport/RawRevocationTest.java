package dev.parley.gateway.transport;

import static dev.parley.gateway.transport.RawSocket.handshake;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.RevocationKey;
import dev.parley.gateway.log.memory.MemoryLog;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.UserId;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/**
 * Tokens that are revoked after they were verified. The verifier here does not ask for revocations,
 * so each token is verified as if it was revoked a moment later.
 */
@Test(groups = "unit")
public class RawRevocationTest {

  private static final UserId ADA = new UserId("default", "ada");

  private TestListener listener;
  private MemoryLog log;

  @BeforeMethod(alwaysRun = true)
  public void listen() throws IOException {
    listener = new TestListener();
    log = new MemoryLog(Clock.systemUTC(), IdSource.random());
    listener.revocations.open(log.revocations()).toCompletableFuture().join();
  }

  @AfterMethod(alwaysRun = true)
  public void stop() {
    listener.close();
    log.close();
  }

  private void revokeAda() {
    RevocationKey key = RevocationKey.ofUser("default", "ada");
    AuditEntry record =
        new AuditEntry(1, 1, ADA, null, "act", "default", "ada", null, null, AuditEntry.BEGUN);
    listener
        .revocations
        .revoke(listener.revocations.asked(key, Optional.empty(), Optional.empty()), record)
        .toCompletableFuture()
        .join();
  }

  private void assertNothingIsOpen() {
    assertThat(listener.routes.opened).isEmpty();
    assertThat(listener.live.of(ADA)).isEmpty();
    assertThat(listener.metrics.count("parley_connections_closed_total", "reason", "revoked"))
        .isEqualTo(1);
    assertThat(listener.metrics.openConnections()).isZero();
  }

  public void aHandshakeWhoseTokenIsRevokedMeanwhileIsClosed() throws Exception {
    revokeAda();
    try (RawSocket socket = listener.socket().send(handshake("Authorization: Bearer ada"))) {
      assertThat(socket.head()).startsWith("HTTP/1.1 101 ");
      assertThat(socket.closed()).isEqualTo(4401);
    }
    assertNothingIsOpen();
  }

  public void soIsAFirstFrame() throws Exception {
    try (RawSocket socket = listener.socket().send(handshake())) {
      assertThat(socket.head()).startsWith("HTTP/1.1 101 ");
      revokeAda();
      socket.sendText("{\"type\":\"authenticate\",\"payload\":{\"token\":\"ada\"}}");
      assertThat(socket.closed()).isEqualTo(4401);
    }
    assertNothingIsOpen();
  }

  public void soIsARefresh() throws Exception {
    try (RawSocket socket = listener.socket().send(handshake("Authorization: Bearer ada"))) {
      socket.head();
      assertThat(socket.message().text()).isEqualTo("welcome");
      FakeRouter.FakeRoute route = listener.routes.next();
      revokeAda();
      socket.sendText("{\"type\":\"refresh_token\",\"id\":\"r1\",\"payload\":{\"token\":\"ada\"}}");
      assertThat(socket.closed()).isEqualTo(4401);
      assertThat(route.refreshes).isEmpty();
    }
    assertNothingIsOpen();
  }
}
