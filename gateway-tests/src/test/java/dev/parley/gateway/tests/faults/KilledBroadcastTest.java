package dev.parley.gateway.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.Broadcaster;
import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.ThreadReader;
import dev.parley.gateway.tests.support.WsClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Kills the process with SIGKILL while broadcasts are under way. */
@Test(groups = {"error_recovery", "multi_user"})
public class KilledBroadcastTest {

  private static final String INBOX = "@inbox";
  private static final int USERS = 40;
  private static final Map<String, String> SETTINGS = Map.of("dev.admin", "true");

  private TestFolder folder;
  private ChildGateway child;
  private List<String> tokens;

  @BeforeMethod(alwaysRun = true)
  public void startChild() {
    folder = new TestFolder();
    child = ChildGateway.start(folder.path(), SETTINGS);
    tokens = new ArrayList<>();
    for (int i = 0; i < USERS; i++) {
      tokens.add(child.token("user-" + i));
    }
  }

  @AfterMethod(alwaysRun = true)
  public void stopChild() {
    child.close();
    child.awaitExit();
    folder.close();
  }

  private Broadcaster admin() {
    return new Broadcaster(child.address(), tokens.get(0));
  }

  private void killAndRestart() {
    child.kill();
    child = child.restart(SETTINGS);
  }

  private List<WsClient> connectAll() {
    return tokens.stream().map(token -> WsClient.open(child.address(), token)).toList();
  }

  /** Waits until every user is in the directory. */
  private void awaitDirectory(List<WsClient> clients) {
    clients.forEach(client -> client.readAll(INBOX));
    String probe = admin().send(Broadcaster.all(), "probe");
    clients.forEach(client -> client.awaitWhere("probe", KilledBroadcastTest::isProbe));
    admin().awaitReceipt(probe, receipt -> receipt.path("addressed").asInt() == USERS);
  }

  private static boolean isProbe(Received frame) {
    return frame.text("title").equals("probe");
  }

  /** The commit of the broadcast is the last thing that the process did for sure. */
  public void everyAddressedUserGetsItOnceAfterAKillInTheMiddle() {
    List<WsClient> before = connectAll();
    awaitDirectory(before);
    String id = admin().send(Broadcaster.all(), "In the middle");
    child.kill();
    before.forEach(WsClient::cut);
    child = child.restart(SETTINGS);
    for (int round = 0; round < 2; round++) {
      List<WsClient> after = connectAll();
      for (WsClient client : after) {
        ThreadReader inbox = client.readAll(INBOX);
        if (inbox.events().size() < 2) {
          client.awaitWhere("the broadcast", frame -> frame.text("title").equals("In the middle"));
        }
        assertThat(inbox.events()).hasSize(2);
        assertThat(inbox.events().get(1).text("broadcast_id")).isEqualTo(id);
      }
      admin().awaitCounts(id, USERS + " " + USERS + " 0 0 0");
      after.forEach(WsClient::close);
    }
  }

  public void anAckSurvivesAndTheReceiptIsNeverTooHigh() {
    List<WsClient> before = connectAll();
    awaitDirectory(before);
    String id = admin().send(Broadcaster.all(), "Read me");
    WsClient first = before.get(0);
    long seq = first.awaitWhere("it", frame -> frame.text("title").equals("Read me")).seq();
    first.sendValid(Commands.ack(seq));
    admin().awaitReceipt(id, receipt -> receipt.path("acknowledged").asInt() == 1);
    killAndRestart();
    before.forEach(WsClient::cut);
    var receipt = admin().get(id).json();
    assertThat(receipt.path("acknowledged").asInt()).isEqualTo(1);
    assertThat(receipt.path("delivered").asInt()).isBetween(1, USERS);
    WsClient after = WsClient.open(child.address(), tokens.get(0));
    after.sendValid(Commands.subscribe("s1", INBOX));
    assertThat(after.await("subscribed").payload().path("after").asLong()).isEqualTo(seq);
    after.close();
  }
}
