package dev.parley.gateway.tests.faults;

import static dev.parley.gateway.tests.support.Bounds.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.support.Broadcaster;
import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.ThreadReader;
import dev.parley.gateway.tests.support.WsClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Kills the process with SIGKILL when an alert has fired, and when it has cleared. */
@Test(groups = {"error_recovery", "multi_user"})
public class KilledAlertTest {

  private static final String INBOX = "@inbox";
  private static final String FIRED = "Alert: disk";
  private static final String CLEARED = "Alert over: disk";
  private static final int USERS = 8;

  private TestFolder folder;
  private ChildGateway child;
  private List<String> tokens;

  @BeforeMethod(alwaysRun = true)
  public void startChild() {
    folder = new TestFolder();
    child = ChildGateway.start(folder.path(), isWell());
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

  private static Map<String, String> isWell() {
    return settings("100");
  }

  /** More of the disk is always in use. */
  private static Map<String, String> fires() {
    return settings("0.001");
  }

  private static Map<String, String> settings(String disk) {
    return Map.of("dev.admin", "true", "alerts.disk", disk, "alerts.clear_after", "0ms");
  }

  private void killAndRestart(Map<String, String> settings) {
    child.kill();
    child = child.restart(settings);
  }

  private List<WsClient> connectAll() {
    return tokens.stream().map(token -> WsClient.open(child.address(), token)).toList();
  }

  private void introduceAll() {
    List<WsClient> clients = connectAll();
    clients.forEach(client -> client.readAll(INBOX));
    Broadcaster admin = new Broadcaster(child.address(), tokens.get(0));
    for (int i = 0; i < USERS; i++) {
      admin.sendTo("user-" + i, "Are you there?");
    }
    clients.forEach(WsClient::close);
  }

  /** What the process has certainly done before it is killed. */
  @DataProvider
  public Object[][] moments() {
    return new Object[][] {{"a call tells it"}, {"an operator has it"}};
  }

  private void awaitMoment(String moment, int firing, String title) {
    HttpCaller operator = new HttpCaller(child.address(), tokens.get(0));
    await()
        .untilAsserted(
            () -> {
              JsonNode alerts = operator.get("/v1/alerts").json();
              assertThat(alerts.path("recent")).hasSize(1);
              assertThat(alerts.path("firing")).hasSize(firing);
            });
    if (moment.equals("an operator has it")) {
      try (WsClient client = WsClient.open(child.address(), tokens.get(0))) {
        awaitTitle(client, title);
      }
    }
  }

  private static void awaitTitle(WsClient client, String title) {
    ThreadReader inbox = client.readAll(INBOX);
    if (!alerts(inbox).contains(title)) {
      client.awaitWhere(title, frame -> frame.text("title").equals(title));
    }
  }

  private static List<String> alerts(ThreadReader inbox) {
    return inbox.events().stream()
        .map((Received event) -> event.text("title"))
        .filter(title -> title.startsWith("Alert"))
        .toList();
  }

  private void assertAllHave(String... titles) {
    for (WsClient each : connectAll()) {
      try (each) {
        awaitTitle(each, titles[titles.length - 1]);
        assertThat(alerts(each.thread(INBOX))).containsExactly(titles);
      }
    }
  }

  @Test(dataProvider = "moments")
  public void operatorsAreToldOnceWhenItFiresAndOnceWhenItClears(String moment) {
    introduceAll();
    killAndRestart(fires());
    awaitMoment(moment, 1, FIRED);
    killAndRestart(fires());
    assertAllHave(FIRED);
    killAndRestart(isWell());
    awaitMoment(moment, 0, CLEARED);
    killAndRestart(isWell());
    assertAllHave(FIRED, CLEARED);
    killAndRestart(isWell());
    assertAllHave(FIRED, CLEARED);
  }
}
