package dev.parley.gateway.tests.faults;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.support.Bounds;
import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.TestFolder;
import java.util.Map;
import org.awaitility.Awaitility;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;

/** A process that is killed while the administrator eve makes a call about the user ada. */
abstract class KilledCall {

  /** The last thing that is seen of the call before the kill. */
  enum Seen {
    RECORD,
    CLOSE,
    ANSWER
  }

  private final Map<String, String> settings;
  private final String action;
  private TestFolder folder;
  private String eve;
  ChildGateway child;
  String ada;

  /** The call is recorded as this action. */
  KilledCall(Map<String, String> settings, String action) {
    this.settings = settings;
    this.action = action;
  }

  @BeforeMethod(alwaysRun = true)
  public void startChild() {
    folder = new TestFolder();
    child = ChildGateway.start(folder.path(), settings);
    ada = child.token("ada");
    eve = child.token("eve");
  }

  @AfterMethod(alwaysRun = true)
  public void stopChild() {
    child.close();
    child.awaitExit();
    folder.close();
  }

  @DataProvider
  public Object[][] moments() {
    return new Object[][] {{Seen.RECORD}, {Seen.CLOSE}, {Seen.ANSWER}};
  }

  HttpCaller admin() {
    return new HttpCaller(child.address(), eve);
  }

  /** How the newest call ended, by the audit log; empty if none is recorded. */
  String outcome() {
    for (JsonNode each : admin().get("/v1/audit").json().path("entries")) {
      if (each.path("action").asText().equals(action)) {
        return each.path("outcome").asText();
      }
    }
    return "";
  }

  void awaitRecord() {
    Awaitility.await().atMost(Bounds.TIMEOUT).until(() -> !outcome().isEmpty());
  }
}
