package dev.parley.gateway.agent.setup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentSettings;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.RawJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class AgentsConfigTest {

  private static AgentsConfig read(Map<String, String> values, Problems problems) {
    return Settings.read(AgentsConfig::read, values, problems);
  }

  private static AgentSettings helper(AgentsConfig config) {
    DeclaredAgent declared = config.agents().get(new AgentName("helper"));
    assertThat(declared).isNotNull();
    return declared.settings();
  }

  private static String refusal(String key, String value) {
    Problems problems = new Problems();
    var ignored =
        read(Map.of("agents.helper.type", "openai", "agents.helper." + key, value), problems);
    assertThat(problems.lines()).hasSize(1);
    return problems.lines().get(0);
  }

  public void defaults() {
    Problems problems = new Problems();
    AgentsConfig config = read(Map.of(), problems);
    assertThat(config.agents().keySet()).containsExactly(new AgentName("builtin"));
    assertThat(config.plugins()).isEmpty();
    assertThat(problems.isEmpty()).isTrue();
  }

  public void fullMapping() {
    Problems problems = new Problems();
    AgentsConfig config =
        read(
            Map.of(
                "agents.helper.type", "echo",
                "agents.helper.url", "http://127.0.0.1:1",
                "agents.helper.model", "m-1",
                "agents.helper.api_key", "sesame",
                "agents.helper.system", "Be short.",
                "agents.helper.parameters", "{\"temperature\": 0.2}",
                "agents.helper.description", "Helps.",
                "agents.helper.history", "1MiB",
                "agents.helper.max_steps", "3",
                "plugins.path", "jars"),
            problems);
    AgentSettings helper = helper(config);
    assertThat(helper.type()).isEqualTo("echo");
    assertThat(helper.url()).contains("http://127.0.0.1:1");
    assertThat(helper.model()).contains("m-1");
    assertThat(helper.apiKey()).isPresent();
    assertThat(helper.system()).contains("Be short.");
    assertThat(helper.parameters()).contains(RawJson.of("{\"temperature\": 0.2}"));
    assertThat(helper.description()).contains("Helps.");
    assertThat(helper.historyBytes()).isEqualTo(1 << 20);
    assertThat(helper.maxSteps()).isEqualTo(3);
    assertThat(helper.toString()).doesNotContain("sesame");
    assertThat(config.plugins()).isEqualTo(Optional.of(Path.of("jars")));
    assertThat(problems.isEmpty()).isTrue();
  }

  public void validations() {
    Problems problems = new Problems();
    var ignored =
        read(Map.of("agents.helper.model", "x", "agents.other.type", "No type"), problems);
    assertThat(problems.lines())
        .containsExactly(
            "agents.helper.type: not set (expected: a type, because other settings of this agent are set)",
            "agents.other.type: No type (expected: 1 to 64 of a-z 0-9 -; set on the command line)");
  }

  public void whatIsNotSetHasItsDefault() {
    Problems problems = new Problems();
    AgentSettings helper = helper(read(Map.of("agents.helper.type", "openai"), problems));
    assertThat(helper.url()).isEmpty();
    assertThat(helper.system()).isEmpty();
    assertThat(helper.parameters()).isEmpty();
    assertThat(helper.description()).isEmpty();
    assertThat(helper.historyBytes()).isEqualTo(64 * 1024);
    assertThat(helper.maxSteps()).isEqualTo(16);
    assertThat(helper.pace()).isEqualTo(Duration.ofMillis(30));
  }

  @DataProvider
  public Object[][] badUrls() {
    return new Object[][] {
      {"localhost:11434", "localhost:11434"},
      {"/v1", "/v1"},
      {"ftp://a.example/v1", "ftp://a.example/v1"},
      {"http:///v1", "http:///v1"},
      {"http://a.example/#part", "http://a.example/#part"},
      {"http://ada:sesame@a.example/v1", "http://***@a.example/v1"},
      {"http://a b/?key=sesame", "http://a b/?***"},
    };
  }

  @Test(dataProvider = "badUrls")
  public void aUrlThatNoServiceCanHaveIsRefusedWithoutItsCredentials(String url, String shown) {
    assertThat(refusal("url", url))
        .isEqualTo(
            "agents.helper.url: "
                + shown
                + " (expected: an http:// or https:// URL without user and fragment)");
  }

  @DataProvider
  public Object[][] badValues() {
    return new Object[][] {
      {"parameters", "[1]", "a JSON object"},
      {"parameters", "{\"a\":1,\"a\":2}", "a JSON object"},
      {"parameters", "{\"a\":tru}", "a JSON object"},
      {"parameters", "{} {}", "a JSON object"},
      {"history", "9MiB", "a size from 0 to 8MiB"},
      {"max_steps", "0", "an integer from 1 to 1000"},
      {"model", " ", "text that is not empty"},
      {"description", "x".repeat(501), "1 to 500 characters"},
      {"system_file", "/none/such", "a readable text file"},
    };
  }

  @Test(dataProvider = "badValues")
  public void aValueOutOfBoundsIsNamed(String key, String value, String expected) {
    assertThat(refusal(key, value))
        .startsWith("agents.helper." + key + ": ")
        .contains("(expected: " + expected);
  }

  public void parametersMayBeAMappingInTheFile() throws IOException {
    Path folder = Files.createTempDirectory("agents");
    Path file = folder.resolve("gateway.yaml");
    try {
      Files.writeString(
          file,
          """
          agents:
            helper:
              type: openai
              parameters: {temperature: 0.2, stop: ["a", 'b"c'], format: {type: json, strict: true, x: null}, n: 3}
          """);
      Problems problems = new Problems();
      AgentsConfig config =
          Settings.read(
              AgentsConfig::read, new Settings.Sources(List.of(), Map.of(), folder), problems);
      assertThat(problems.lines()).isEmpty();
      assertThat(helper(config).parameters())
          .contains(
              RawJson.of(
                  "{\"temperature\":0.2,\"stop\":[\"a\",\"b\\\"c\"],"
                      + "\"format\":{\"type\":\"json\",\"strict\":true,\"x\":null},\"n\":3}"));
    } finally {
      Files.delete(file);
      Files.delete(folder);
    }
  }

  public void aKeyMayComeFromAFileButNotTwice() throws IOException {
    Path file = Files.createTempFile("key", ".txt");
    try {
      Files.writeString(file, "sesame\n");
      Map<String, String> values =
          Map.of("agents.helper.type", "echo", "agents.helper.api_key_file", file.toString());
      Problems problems = new Problems();
      AgentSettings helper = helper(read(values, problems));
      assertThat(helper.apiKey()).contains(Secret.of("sesame"));
      Map<String, String> twice = new HashMap<>(values);
      twice.put("agents.helper.api_key", "sesame");
      var ignored = read(twice, problems);
      assertThat(problems.lines().get(0))
          .startsWith("agents.helper.api_key_file")
          .contains("not both")
          .doesNotContain("sesame");
    } finally {
      Files.delete(file);
    }
  }
}
