package dev.parley.gateway.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.protocol.AgentName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class AgentsConfigTest {

  private static AgentsConfig read(Map<String, String> values, Problems problems) {
    return Settings.read(AgentsConfig::read, values, problems);
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
                "plugins.path", "jars"),
            problems);
    AgentSettings helper = config.agents().get(new AgentName("helper"));
    assertThat(helper).isNotNull();
    assertThat(helper.type()).isEqualTo("echo");
    assertThat(helper.url()).contains("http://127.0.0.1:1");
    assertThat(helper.model()).contains("m-1");
    assertThat(helper.apiKey()).isPresent();
    assertThat(helper.toString()).doesNotContain("sesame");
    assertThat(config.plugins()).isEqualTo(Optional.of(Path.of("jars")));
    assertThat(problems.isEmpty()).isTrue();
  }

  public void validations() {
    Problems problems = new Problems();
    var ignored = read(Map.of("agents.helper.url", "x", "agents.other.type", "No type"), problems);
    assertThat(problems.lines())
        .containsExactly(
            "agents.helper.type: not set (expected: a type, because other settings of this agent are set)",
            "agents.other.type: No type (expected: 1 to 64 of a-z 0-9 -; set on the command line)");
  }

  public void aKeyMayComeFromAFileButNotTwice() throws IOException {
    Path file = Files.createTempFile("key", ".txt");
    try {
      Files.writeString(file, "sesame\n");
      Map<String, String> values =
          Map.of("agents.helper.type", "echo", "agents.helper.api_key_file", file.toString());
      Problems problems = new Problems();
      AgentSettings helper = read(values, problems).agents().get(new AgentName("helper"));
      assertThat(helper).isNotNull();
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
