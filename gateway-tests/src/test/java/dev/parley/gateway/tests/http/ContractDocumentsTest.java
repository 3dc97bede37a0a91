package dev.parley.gateway.tests.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.browser.NodeProgram;
import dev.parley.gateway.tests.browser.NpmPrograms;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.RawClient.RawAnswer;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The gateway describes its interface; validators that others wrote find nothing wrong in it. */
@Test(groups = "websocket")
public class ContractDocumentsTest extends GatewayTest {
  private static final String PAGE = "https://app.example.com";

  @Override
  protected Map<String, String> settings() {
    return Map.of("origins.allowed", PAGE);
  }

  @DataProvider
  public Object[][] documents() {
    return new Object[][] {{"/v1/asyncapi.json"}};
  }

  @Test(dataProvider = "documents")
  public void aPageOfAnAllowedOriginReadsADocumentWithoutAToken(String path) {
    RawAnswer answer = get(path, "Origin: " + PAGE);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("access-control-allow-origin")).isEqualTo(PAGE);
    assertThat(answer.header("content-type")).isEqualTo("application/json");
    assertThat(get(path, "If-None-Match: " + answer.header("etag")).status()).isEqualTo(304);
    assertThat(get(path, "Origin: https://other.example.com").status()).isEqualTo(403);
  }

  private RawAnswer get(String path, String header) {
    return rawSocket()
        .request("GET " + path + " HTTP/1.1\r\nHost: gateway\r\n" + header + "\r\n\r\n");
  }

  @Test(groups = {"websocket", "external"})
  public void asyncApiHasNoFault() {
    JsonNode checked = check("@asyncapi/parser", "asyncapi");
    assertThat(checked.path("problems")).isEmpty();
    assertThat(checked.path("names").valueStream().map(JsonNode::asText))
        .contains("start_agent", "agent_message", "welcome");
  }

  private JsonNode check(String validator, String format) {
    String address = gateway.address().resolve("/v1/" + format + ".json").toString();
    try (NodeProgram program = NpmPrograms.start(validator, "documents.mjs", format, address)) {
      return program.await(format);
    }
  }
}
