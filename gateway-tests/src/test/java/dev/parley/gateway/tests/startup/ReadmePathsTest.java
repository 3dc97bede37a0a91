package dev.parley.gateway.tests.startup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.WsClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** The agents by URL of the README answer with the settings printed there. */
@Test(groups = {"startup", "chat_events"})
public class ReadmePathsTest {

  private static final Path README = Path.of("..", "README.md");
  private static final Pattern OPTION = Pattern.compile("--(agents\\.[a-z_.]+)=(\\S+)");

  private static final String CHAT =
      """
      data: {"choices":[{"index":0,"delta":{"role":"assistant","content":"Good "}}]}

      data: {"choices":[{"index":0,"delta":{"content":"day."},"finish_reason":"stop"}]}

      data: [DONE]

      """;

  private record Asked(String path, JsonNode body) {}

  private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
  private HttpServer service;

  @BeforeMethod(alwaysRun = true)
  public void startService() throws IOException {
    service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.createContext("/", this::answer);
    service.start();
  }

  @AfterMethod(alwaysRun = true)
  public void stopService() {
    service.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    JsonNode question = Json.parse(body);
    asked.add(new Asked(exchange.getRequestURI().getPath(), question));
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    byte[] answer =
        (question.has("threadId") ? agui(question) : CHAT).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private static String agui(JsonNode question) {
    String ids =
        "\"threadId\":%s,\"runId\":%s".formatted(question.get("threadId"), question.get("runId"));
    return """
        data: {"type":"RUN_STARTED",%s}

        data: {"type":"TEXT_MESSAGE_START","messageId":"m1","role":"assistant"}

        data: {"type":"TEXT_MESSAGE_CONTENT","messageId":"m1","delta":"Good day."}

        data: {"type":"TEXT_MESSAGE_END","messageId":"m1"}

        data: {"type":"RUN_FINISHED",%s}

        """
        .formatted(ids, ids);
  }

  /** The settings of the command that starts an agent of this type, at the test's service. */
  private Map<String, String> settings(String type) throws IOException {
    for (String block : Files.readString(README).split("```", -1)) {
      if (block.contains(".type=" + type)) {
        Map<String, String> settings = new HashMap<>();
        for (MatchResult option : OPTION.matcher(block).results().toList()) {
          settings.put(option.group(1), atService(option.group(2)));
        }
        return settings;
      }
    }
    throw new AssertionError("README has no command for " + type);
  }

  private String atService(String value) {
    return value.startsWith("http://")
        ? "http://127.0.0.1:" + service.getAddress().getPort() + URI.create(value).getPath()
        : value;
  }

  private Asked answered(String type) throws IOException, InterruptedException {
    try (RunningGateway gateway = RunningGateway.start(settings(type));
        WsClient client = gateway.connect("ada")) {
      Received end = client.awaitEnd(client.say("t1", "good day").runId());
      assertThat(end.type()).isEqualTo("agent_completed");
      assertThat(end.text("text")).isEqualTo("Good day.");
    }
    assertThat(asked).hasSize(1);
    return asked.take();
  }

  public void theModelServerAnswers() throws IOException, InterruptedException {
    Asked question = answered("openai");
    assertThat(question.path()).isEqualTo("/v1/chat/completions");
    assertThat(question.body().path("model").asText()).isEqualTo("llama3.2");
    assertThat(question.body().at("/messages/0/content").asText()).isEqualTo("good day");
  }

  public void theAgUiAgentAnswers() throws IOException, InterruptedException {
    Asked question = answered("agui");
    assertThat(question.path()).isEqualTo("/");
    assertThat(question.body().at("/messages/0/content").toString()).contains("good day");
  }

  public void anAgentIsListedWithItsDescriptionAndAbilities() throws IOException {
    Map<String, String> settings = settings("openai");
    settings.put("agents.local.description", "Writes.");
    try (RunningGateway gateway = RunningGateway.start(settings)) {
      HttpCaller ada = new HttpCaller(gateway.address(), gateway.tokens().of("ada"));
      JsonNode local = ada.get("/v1/agents").json().at("/agents/1");
      assertThat(local.path("description").asText()).isEqualTo("Writes.");
      assertThat(local.path("default").asBoolean()).isTrue();
      assertThat(local.path("abilities").toString())
          .isEqualTo("[\"history\",\"reasoning\",\"images\",\"files\"]");
    }
  }
}
