package dev.parley.gateway.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.TestHttp;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What probes, proxies and tools ask for. */
@Test(groups = {"startup", "black_box"})
public class BlackBoxHealthTest extends BlackBoxTest {

  public void itIsReadyAndSaysHowItStarted() {
    HttpAnswer ready = http("").get("/readyz");
    assertThat(ready.status()).isEqualTo(200);
    assertThat(ready.text("status")).isEqualTo("ready");
    assertThat(ready.json().path("phases").findValuesAsText("phase"))
        .containsSubsequence("configuration", "listener", "store", "recovery", "agents");
  }

  @DataProvider
  public Object[][] documents() {
    return new Object[][] {{"openapi", "Parley: HTTP"}, {"asyncapi", "Parley"}};
  }

  @Test(dataProvider = "documents")
  public void theContractIsServed(String kind, String title) {
    HttpRequest request =
        HttpRequest.newBuilder(address().resolve("/v1/" + kind + ".json")).build();
    JsonNode document = Json.parse(TestHttp.answer(request, BodyHandlers.ofString()).body());
    assertThat(document.path(kind).asText()).startsWith("3.");
    assertThat(document.path("info").path("title").asText()).startsWith(title);
  }

  public void theAgentOfTheTestsIsListed() {
    assertThat(http().get("/v1/agents").json().path("agents").findValuesAsText("name"))
        .contains(agent());
  }

  public void anUnknownPathIsAProblemInJson() {
    HttpAnswer problem = http().get("/v1/nothing");
    assertThat(problem.status()).isEqualTo(404);
    assertThat(problem.header("content-type")).isEqualTo("application/problem+json");
    assertThat(problem.text("code")).isEqualTo("not_found");
  }
}
