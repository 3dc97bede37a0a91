package dev.parley.gateway.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.config.Settings;
import java.net.URI;
import java.util.Map;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class TraceConfigTest {

  private Problems problems = new Problems();

  @BeforeMethod(alwaysRun = true)
  public void forget() {
    problems = new Problems();
  }

  private TraceConfig read(Map<String, String> texts) {
    return Settings.read(TraceConfig::read, texts, problems);
  }

  public void withoutAnAddressThereAreNoTraces() {
    TraceConfig config = read(Map.of());
    assertThat(config.url()).isEmpty();
    assertThat(config.sample()).isEqualTo(1);
    assertThat(config.service()).isEqualTo("parley");
    assertThat(problems.lines()).isEmpty();
  }

  public void readsAReceiver() {
    TraceConfig config =
        read(
            Map.of(
                "trace.url",
                "https://otlp.example.com/x",
                "trace.headers",
                "X-One: 1, X-Two: 2",
                "trace.sample",
                "0.25"));
    assertThat(config.url()).contains(URI.create("https://otlp.example.com/x"));
    assertThat(config.headers())
        .extracting(header -> header.name())
        .containsExactly("X-One", "X-Two");
    assertThat(config.sample()).isEqualTo(0.25);
    assertThat(problems.lines()).isEmpty();
  }

  public void namesAllMistakesAndShowsNoSecret() {
    TraceConfig config =
        read(
            Map.of(
                "trace.url", "https://key-in-a-host?secret=1",
                "trace.headers", "Host: hidden-value",
                "trace.sample", "1.5",
                "trace.service_name", "é"));
    assertThat(problems.lines()).hasSize(4);
    assertThat(problems.toString())
        .contains("trace.url", "trace.headers", "trace.sample", "trace.service_name")
        .doesNotContain("secret=1")
        .doesNotContain("hidden-value");
    assertThat(config.toString()).doesNotContain("hidden-value");
  }

  public void headersNeedAReceiver() {
    var ignored = read(Map.of("trace.headers", "X-One: 1"));
    assertThat(problems.toString()).contains("trace.headers", "trace.url beside it");
  }

  public void theKeyOfTokensIsNoHeader() {
    Map<String, String> texts =
        Map.of("trace.url", "http://127.0.0.1:1", "trace.headers", "X-One: the-key");
    var ignored =
        Settings.read(
            settings -> {
              TraceConfig config = TraceConfig.read(settings);
              config.refuseSecret(Secret.of("the-key"), settings);
              return config;
            },
            texts,
            problems);
    assertThat(problems.toString()).contains("trace.headers").doesNotContain("the-key");
  }
}
