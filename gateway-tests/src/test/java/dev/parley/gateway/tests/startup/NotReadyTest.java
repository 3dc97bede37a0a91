package dev.parley.gateway.tests.startup;

import static dev.parley.gateway.tests.support.Bounds.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.BlockedFile;
import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.WsClient;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.Map;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/**
 * A gateway that listens but serves nothing because its store is not open yet or is reopened. Linux
 * only: the tests block and refuse file access as a disk would.
 */
@Test(groups = {"startup", "error_recovery"})
public class NotReadyTest {
  private TestFolder folder;
  private ChildGateway child;
  private URI address;
  private String token;

  @BeforeMethod(alwaysRun = true)
  public void start() {
    folder = new TestFolder();
    child = ChildGateway.start(folder.path(), Map.of());
    address = child.address();
    token = child.token("ada");
    say("c1", "before");
  }

  @AfterMethod(alwaysRun = true)
  public void end() {
    child.close();
    child.awaitExit();
    folder.close();
  }

  private void say(String id, String text) {
    try (WsClient client = WsClient.open(address, token)) {
      assertThat(client.ask(Commands.chat(id, "t1", text)).type()).isEqualTo("accepted");
    }
  }

  public void beforeTheStoreIsOpenRequestsGet503() {
    child.terminate();
    child.awaitExit();
    BlockedFile current = new BlockedFile(folder.path().resolve("log/CURRENT"), folder.path());
    child = child.tryRestart(Map.of());
    await().until(this::isListening);
    assertThat(get("/healthz").status()).isEqualTo(200);
    assertNotReady();
    current.release();
    awaitStatus(200);
    assertHas(1);
  }

  public void whileTheStoreIsReopenedNewConnectionsGet503AndOpenOnesWait() {
    WsClient client = WsClient.open(address, token);
    child.refuseWrites(true);
    client.sendValid(Commands.chat("c2", "t1", "refused by the disk"));
    awaitStatus(503);
    assertNotReady();
    client.barrier();
    child.refuseWrites(false);
    assertThat(client.answer("c2").type()).isEqualTo("accepted");
    client.close();
    awaitStatus(200);
    say("c3", "after");
    assertHas(3);
  }

  private void assertNotReady() {
    RawClient.RawAnswer ready = get("/readyz");
    assertThat(ready.status()).isEqualTo(503);
    assertThat(ready.body()).contains("{\"phase\":\"store\",\"state\":\"running\"");
    RawClient.RawAnswer handshake = request(RawClient.upgrade("Authorization: Bearer " + token));
    assertThat(handshake.status()).isEqualTo(503);
    assertThat(handshake.header("retry-after")).isEqualTo("1");
    assertThat(get("/v1/threads").status()).isEqualTo(503);
  }

  private void awaitStatus(int status) {
    await().untilAsserted(() -> assertThat(get("/readyz").status()).isEqualTo(status));
  }

  private void assertHas(int events) {
    try (WsClient client = WsClient.open(address, token)) {
      assertThat(client.readAll("t1").events()).hasSize(events);
    }
  }

  private boolean isListening() {
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      return socket.isConnected();
    } catch (IOException refused) {
      return false;
    }
  }

  private RawClient.RawAnswer get(String path) {
    return request(
        "GET "
            + path
            + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
            + token
            + "\r\n\r\n");
  }

  private RawClient.RawAnswer request(String request) {
    try (RawClient client = RawClient.open(address)) {
      return client.request(request);
    }
  }
}
