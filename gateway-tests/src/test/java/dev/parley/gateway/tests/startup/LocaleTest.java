package dev.parley.gateway.tests.startup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.StreamClient;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import java.util.Map;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The wire format does not depend on the locale of the machine. */
@Test(groups = {"startup", "chat_events"})
public class LocaleTest {
  private static final Map<String, String> SETTINGS = Map.of("drain.period", "0ms");

  private TestFolder folder;

  @BeforeMethod(alwaysRun = true)
  public void makeFolder() {
    folder = new TestFolder();
  }

  @AfterMethod(alwaysRun = true)
  public void removeFolder() {
    folder.close();
  }

  @DataProvider
  public Object[][] languages() {
    return new Object[][] {
      {"other digits", List.of("-Duser.language=ar", "-Duser.country=EG")},
      {"an i without a dot", List.of("-Duser.language=tr", "-Duser.timezone=Pacific/Apia")},
      {"another encoding", List.of("-Duser.language=fa", "-Dfile.encoding=ISO-8859-1")},
    };
  }

  @Test(dataProvider = "languages")
  public void theWireIsTheSameInEveryLocale(String what, List<String> options) {
    try (ChildGateway child = ChildGateway.startWith(options, folder.path(), SETTINGS)) {
      String token = child.token("ada");
      StreamClient stream = StreamClient.open(child.address(), token, "t1", "?after=0");
      WsClient socket = WsClient.open(child.address(), token);
      String run = socket.say("t1", "what is 1234567*2? and what time is it in Tokyo?").runId();
      assertThat(socket.awaitEnd(run).text("text")).as(what).contains("2469134", "In Tokyo it is");
      assertThat(stream.awaitEnd(run).type()).isEqualTo("agent_completed");
      assertThat(phases(child)).contains("\"phase\":\"listener\"");
      child.terminate();
      assertThat(stream.awaitClose().code()).isEqualTo(1001);
      assertThat(child.awaitExit()).isZero();
    }
  }

  private static String phases(ChildGateway child) {
    try (RawClient client = RawClient.open(child.address())) {
      String body = client.request("GET /readyz HTTP/1.1\r\nHost: gateway\r\n\r\n").body();
      return Json.parse(body).path("phases").toString();
    }
  }
}
