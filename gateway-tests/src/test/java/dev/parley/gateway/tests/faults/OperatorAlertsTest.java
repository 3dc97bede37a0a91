package dev.parley.gateway.tests.faults;

import static dev.parley.gateway.tests.support.Bounds.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.support.Broadcaster;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.ThreadReader;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import java.util.Map;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/**
 * Operators of all tenants are told of alerts in their inboxes: once when one fires and once when
 * it clears, whichever process sees that.
 */
@Test(groups = {"error_recovery", "multi_user"})
public class OperatorAlertsTest {
  private static final String INBOX = "@inbox";

  /** More of the disk is always in use. */
  private static final String FIRES = "0.001";

  private static final String IS_WELL = "100";

  private TestFolder folder;

  @BeforeMethod(alwaysRun = true)
  public void makeFolder() {
    folder = new TestFolder();
  }

  @AfterMethod(alwaysRun = true)
  public void removeFolder() {
    folder.close();
  }

  private RunningGateway start(String disk, String... more) {
    Map<String, String> settings =
        Map.of(
            "store.type",
            "embedded",
            "store.path",
            folder.path().toString(),
            "alerts.disk",
            disk,
            "alerts.clear_after",
            "0ms",
            "alerts.inbox",
            more.length == 0 ? "true" : more[0]);
    return RunningGateway.start(settings);
  }

  private static String token(RunningGateway gateway, String tenant, String user, String scope) {
    return gateway
        .tokens()
        .signed(gateway.tokens().claims(user).put("tenant", tenant).put("scope", scope));
  }

  private static WsClient connect(
      RunningGateway gateway, String tenant, String user, String scope) {
    return WsClient.open(gateway.address(), token(gateway, tenant, user, scope));
  }

  /** From then on they are in the directory, with these scopes. */
  private void introduce(RunningGateway gateway) {
    try (WsClient ada = connect(gateway, "one", "ada", "chat operator");
        WsClient bob = connect(gateway, "two", "bob", "chat operator");
        WsClient eve = connect(gateway, "one", "eve", "chat admin")) {
      ada.readAll(INBOX);
      bob.readAll(INBOX);
      eve.readAll(INBOX);
      awaitKnown(gateway, "one", "ada", "eve");
      awaitKnown(gateway, "two", "bob");
    }
    gateway.awaitNoConnection();
  }

  /** A broadcast for users of the directory counts them. */
  private static void awaitKnown(RunningGateway gateway, String tenant, String... users) {
    Broadcaster admin = new Broadcaster(gateway.address(), token(gateway, tenant, "root", "admin"));
    for (String user : users) {
      admin.sendTo(user, "Are you there?");
    }
  }

  private static List<String> alerts(ThreadReader inbox) {
    return inbox.events().stream()
        .map(event -> event.text("title"))
        .filter(title -> title.startsWith("Alert"))
        .toList();
  }

  private static Received awaitTitle(WsClient client, String title) {
    return client.awaitWhere(title, frame -> frame.text("title").equals(title));
  }

  private static void awaitFiring(RunningGateway gateway, int alerts) {
    HttpCaller operator = new HttpCaller(gateway.address(), token(gateway, "x", "x", "operator"));
    await()
        .untilAsserted(
            () -> {
              JsonNode firing = operator.get("/v1/alerts").json().path("firing");
              assertThat(firing).hasSize(alerts);
            });
  }

  public void operatorsOfAllTenantsAndNobodyElseAreToldOnce() {
    try (RunningGateway gateway = start(IS_WELL)) {
      introduce(gateway);
    }
    try (RunningGateway gateway = start(FIRES);
        WsClient ada = connect(gateway, "one", "ada", "chat operator")) {
      ada.readAll(INBOX);
      Received fired = awaitTitle(ada, "Alert: disk");
      assertThat(fired.type()).isEqualTo("notification");
      assertThat(fired.text("priority")).isEqualTo("high");
      assertThat(fired.text("body")).startsWith("disk of the store in use");
      assertThat(fired.json().path("payload").has("broadcast_id")).isFalse();
    }
    try (RunningGateway gateway = start(FIRES);
        WsClient bob = connect(gateway, "two", "bob", "chat operator");
        WsClient eve = connect(gateway, "one", "eve", "chat admin");
        WsClient late = connect(gateway, "two", "late", "chat operator")) {
      awaitFiring(gateway, 1);
      bob.readAll(INBOX);
      awaitTitle(bob, "Alert: disk");
      assertThat(alerts(late.readAll(INBOX))).as("was not there when it fired").isEmpty();
      assertThat(alerts(eve.readAll(INBOX))).as("is no operator").isEmpty();
    }
    try (RunningGateway gateway = start(IS_WELL);
        WsClient ada = connect(gateway, "one", "ada", "chat operator");
        WsClient eve = connect(gateway, "one", "eve", "chat admin")) {
      ada.readAll(INBOX);
      assertThat(awaitTitle(ada, "Alert over: disk").text("priority")).isEqualTo("normal");
      awaitFiring(gateway, 0);
      assertThat(alerts(ada.thread(INBOX))).containsExactly("Alert: disk", "Alert over: disk");
      assertThat(alerts(eve.readAll(INBOX))).isEmpty();
    }
    try (RunningGateway gateway = start(IS_WELL);
        WsClient ada = connect(gateway, "one", "ada", "chat operator")) {
      assertThat(alerts(ada.readAll(INBOX))).as("once").hasSize(2);
    }
  }

  public void anOperatorWhoOnlyCallsOverHttpIsToldToo() {
    try (RunningGateway gateway = start(IS_WELL)) {
      for (int i = 0; i < 3; i++) {
        String token = token(gateway, "one", "caller", "operator");
        assertThat(new HttpCaller(gateway.address(), token).get("/v1/alerts").status())
            .isEqualTo(200);
      }
      awaitKnown(gateway, "one", "caller");
    }
    try (RunningGateway gateway = start(FIRES)) {
      awaitFiring(gateway, 1);
    }
    try (RunningGateway gateway = start(FIRES);
        WsClient caller = connect(gateway, "one", "caller", "chat operator")) {
      caller.readAll(INBOX);
      awaitTitle(caller, "Alert: disk");
    }
  }

  public void whoHasLostTheScopeIsNotToldOfWhatFiredBefore() {
    try (RunningGateway gateway = start(IS_WELL)) {
      introduce(gateway);
    }
    try (RunningGateway gateway = start(FIRES)) {
      awaitFiring(gateway, 1);
    }
    try (RunningGateway gateway = start(FIRES);
        WsClient ada = connect(gateway, "one", "ada", "chat");
        WsClient bob = connect(gateway, "two", "bob", "chat operator")) {
      bob.readAll(INBOX);
      awaitTitle(bob, "Alert: disk");
      assertThat(alerts(ada.readAll(INBOX))).isEmpty();
    }
  }

  public void nobodyIsToldWhereTheSettingsSaySo() {
    try (RunningGateway gateway = start(IS_WELL, "false")) {
      introduce(gateway);
    }
    try (RunningGateway gateway = start(FIRES, "false");
        WsClient ada = connect(gateway, "one", "ada", "chat operator")) {
      awaitFiring(gateway, 1);
      awaitKnown(gateway, "one", "ada");
      assertThat(alerts(ada.readAll(INBOX))).isEmpty();
    }
  }
}
