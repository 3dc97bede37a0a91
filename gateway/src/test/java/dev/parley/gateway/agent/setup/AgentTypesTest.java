package dev.parley.gateway.agent.setup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.testng.annotations.Test;

/** What the types of the gateway itself take and need. */
@Test(groups = "unit")
public class AgentTypesTest {

  private static final String URL = "http://127.0.0.1:1/v1";

  private static List<String> problems(String... keysAndValues) {
    Map<String, String> texts = new TreeMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      texts.put("agents.x." + keysAndValues[i], keysAndValues[i + 1]);
    }
    Problems problems = new Problems();
    AgentsConfig config = Settings.read(AgentsConfig::read, texts, problems);
    try (AgentProviders providers = AgentProviders.load(Optional.empty())) {
      AgentFactory.check(config, providers, problems);
    }
    return problems.lines();
  }

  public void anAgentThatHasWhatItNeedsHasNoProblem() {
    assertThat(problems("type", "openai", "url", URL, "model", "m")).isEmpty();
    assertThat(problems("type", "anthropic", "url", URL, "model", "m", "api_key", "k")).isEmpty();
    assertThat(problems("type", "builtin", "pace", "1ms", "description", "It.")).isEmpty();
  }

  public void aModelTakesAllSettingsOfItsConnection() {
    assertThat(
            problems(
                "type",
                "openai",
                "url",
                URL,
                "model",
                "m",
                "retries",
                "0",
                "idle_timeout",
                "1s",
                "concurrency",
                "5",
                "headers",
                "X-Team: a",
                "history",
                "0",
                "max_steps",
                "1",
                "system",
                "s",
                "parameters",
                "{}",
                "proxy",
                "http://127.0.0.1:3128"))
        .isEmpty();
  }

  public void theApiOfOpenAiIsOneOfTwo() {
    assertThat(problems("type", "openai", "url", URL, "model", "m", "api", "chat")).isEmpty();
    assertThat(problems("type", "openai", "url", URL, "model", "m", "api", "responses")).isEmpty();
    assertThat(problems("type", "openai", "url", URL, "model", "m", "api", "assistants"))
        .containsExactly(
            "agents.x.api: assistants (expected: chat or responses; set on the command line)");
    assertThat(problems("type", "anthropic", "url", URL, "model", "m", "api", "chat"))
        .singleElement()
        .asString()
        .startsWith("agents.x.api: chat (expected: no such setting, because type anthropic takes");
  }

  public void aBackEndThatIsToldByHooksNeedsAKeyForThem() {
    String key = "a key of twenty-four bytes";
    assertThat(
            problems(
                "type", "push", "url", URL, "secret", key, "public_url", "https://gate.example/"))
        .isEmpty();
    assertThat(problems("type", "push", "url", URL))
        .containsExactly(
            "agents.x.secret: not set (expected: a value, because type push needs it)");
    assertThat(problems("type", "push", "url", URL, "secret", "too short"))
        .containsExactly(
            "agents.x.secret: *** (expected: at least 24 bytes: whsec_ and base64, or a text; set"
                + " on the command line)");
    assertThat(problems("type", "push", "url", URL, "secret", key, "public_url", "gate.example"))
        .singleElement()
        .asString()
        .startsWith("agents.x.public_url: gate.example (expected: an http:// or https:// URL");
    assertThat(problems("type", "push", "url", URL, "secret", key, "concurrency", "2")).isEmpty();
    assertThat(problems("type", "push", "url", URL, "secret", key, "retries", "2"))
        .singleElement()
        .asString()
        .startsWith("agents.x.retries: 2 (expected: no such setting, because type push");
  }

  public void whatIsMissingIsNamed() {
    assertThat(problems("type", "openai"))
        .containsExactly(
            "agents.x.model: not set (expected: a value, because type openai needs it)",
            "agents.x.url: not set (expected: a value, because type openai needs it)");
  }

  public void whatTheTypeDoesNotTakeIsNamedWithWhatItTakes() {
    assertThat(problems("type", "builtin", "model", "m", "retries", "1"))
        .containsExactly(
            "agents.x.model: m (expected: no such setting, because type builtin takes only"
                + " description, pace; set on the command line)",
            "agents.x.retries: 1 (expected: no such setting, because type builtin takes only"
                + " description, pace; set on the command line)");
  }

  public void aCredentialThatTheTypeDoesNotTakeIsNotShown() {
    assertThat(String.join("\n", problems("type", "builtin", "api_key", "sesame")))
        .contains("agents.x.api_key: ***")
        .doesNotContain("sesame");
    assertThat(String.join("\n", problems("type", "builtin", "url", "http://a/?key=sesame")))
        .contains("agents.x.url: http://a/?***")
        .doesNotContain("sesame");
  }

  public void anUnknownTypeIsNamedWithTheKnownOnes() {
    assertThat(problems("type", "opena1", "url", URL))
        .singleElement()
        .asString()
        .startsWith("agents.x.type: opena1 (expected: one of ")
        .contains("anthropic", "builtin", "openai");
  }

  public void aKeyThatNoHeaderTakesIsNamedAndNotShown() {
    assertThat(problems("type", "openai", "url", URL, "model", "m", "api_key", "se same"))
        .containsExactly(
            "agents.x.api_key: *** (expected: printable ASCII characters without a space)");
  }

  public void aRefusedValueIsNotMissingToo() {
    assertThat(problems("type", "openai", "url", "x", "model", "m")).hasSize(1);
  }
}
