package dev.parley.gateway.tests.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.browser.NodeProgram;
import dev.parley.gateway.tests.browser.NpmPrograms;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.RawClient.RawAnswer;
import java.util.List;
import java.util.Locale;
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
    return new Object[][] {{"/v1/asyncapi.json"}, {"/v1/openapi.json"}};
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

  @Test(groups = {"websocket", "external"})
  public void openApiHasNoFault() {
    JsonNode checked = check("@seriousme/openapi-schema-validator", "openapi");
    assertThat(checked.path("problems")).isEmpty();
    assertThat(checked.path("version").asText()).isEqualTo("3.1");
    assertThat(checked.path("names").valueStream().map(JsonNode::asText))
        .containsExactlyInAnyOrder(
            "get /healthz",
            "get /readyz",
            "get /metrics",
            "get /v1/agents",
            "get /v1/alerts",
            "get /v1/asyncapi.json",
            "get /v1/audit",
            "get /v1/connections",
            "get /v1/history",
            "get /v1/openapi.json",
            "get /v1/revocations",
            "get /v1/session",
            "get /v1/threads",
            "get /v1/users",
            "get /v1/users/threads",
            "get /v1/users/timeline",
            "delete /v1/threads/{thread_id}",
            "get /v1/threads/{thread_id}/events",
            "post /v1/backup",
            "post /v1/broadcasts",
            "get /v1/broadcasts/{broadcast_id}",
            "delete /v1/broadcasts/{broadcast_id}",
            "post /v1/commands",
            "post /v1/reload",
            "post /v1/revocations",
            "post /v1/revocations/remove",
            "post /v1/users/disconnect",
            "post /v1/users/erase",
            "post /v1/runs/{run_id}/events");
  }

  /** The document and the router agree on the methods of each path. */
  public void aPathHasTheMethodsThatTheDocumentNames() {
    JsonNode paths = Json.parse(get("/v1/openapi.json", "Accept: */*").body()).path("paths");
    assertThat(paths).isNotEmpty();
    paths.properties().forEach(each -> assertMethods(each.getKey(), each.getValue()));
  }

  private void assertMethods(String template, JsonNode item) {
    String path = template.replaceAll("\\{[a-z_]+}", "r_x");
    for (String method : List.of("get", "post", "put", "patch", "delete")) {
      RawAnswer answer =
          rawSocket()
              .request(
                  method.toUpperCase(Locale.ROOT)
                      + " "
                      + path
                      + " HTTP/1.1\r\nHost: gateway\r\nContent-Length: 0\r\n\r\n");
      assertThat(answer.status())
          .as("%s %s", method, path)
          .matches(status -> (status == 405) != item.has(method));
    }
  }

  private JsonNode check(String validator, String format) {
    String address = gateway.address().resolve("/v1/" + format + ".json").toString();
    try (NodeProgram program = NpmPrograms.start(validator, "documents.mjs", format, address)) {
      return program.await(format);
    }
  }
}
