package dev.parley.gateway.agent.setup;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.tool.McpConfig;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.protocol.AgentName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.TreeMap;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class ServiceProbeTest {

  private static DeclaredAgent agent(String url, Map<String, String> more) {
    Map<String, String> texts = new TreeMap<>(more);
    texts.put("agents.x.type", "openai");
    texts.put("agents.x.url", url);
    Problems problems = new Problems();
    AgentsConfig config = Settings.read(AgentsConfig::read, texts, problems);
    DeclaredAgent agent = config.agents().get(new AgentName("x"));
    assertThat(agent).as(problems.toString()).isNotNull();
    return agent;
  }

  public void aServiceThatListensIsNoProblem() throws IOException {
    try (ServerSocket service = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String url = "http://127.0.0.1:" + service.getLocalPort() + "/v1";
      assertThat(ServiceProbe.problem(agent(url, Map.of()))).isEmpty();
    }
  }

  public void aServiceThatDoesNotListenIsNamedWithoutItsPathAndQuery() {
    assertThat(ServiceProbe.problem(agent("http://127.0.0.1:1/v1?key=sesame", Map.of())))
        .contains(
            "agents.x.url: 127.0.0.1:1 (expected: a service that can be reached; runs fail until"
                + " it can; ConnectException)");
  }

  public void theProxyIsTriedInItsPlace() {
    Map<String, String> proxy = Map.of("agents.x.proxy", "http://ada:sesame@127.0.0.1:1");
    assertThat(ServiceProbe.problem(agent("https://model.invalid/v1", proxy)).orElse(""))
        .startsWith("agents.x.proxy: 127.0.0.1:1 (expected: ")
        .doesNotContain("sesame");
  }

  public void anMcpServerThatDoesNotListenIsNamed() {
    Map<String, String> texts =
        Map.of("tools.far.type", "mcp", "tools.far.url", "http://127.0.0.1:1/mcp");
    AgentsConfig config = Settings.read(AgentsConfig::read, texts, new Problems());
    McpConfig server = requireNonNull(config.tools().servers().get("far"));
    assertThat(ServiceProbe.problem(server))
        .contains(
            "tools.far.url: 127.0.0.1:1 (expected: a server that can be reached; runs go without"
                + " its tools until it can; ConnectException)");
  }
}
