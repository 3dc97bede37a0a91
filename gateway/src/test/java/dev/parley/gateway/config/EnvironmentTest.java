package dev.parley.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class EnvironmentTest {

  private static Problems problemsOf(Map<String, String> environment) {
    Problems problems = new Problems();
    Samples.fromEnvironment(problems, environment);
    return problems;
  }

  public void dotsAndUnderscoresAreBothUnderscores() {
    Problems problems = new Problems();
    Settings settings =
        Samples.fromEnvironment(problems, Map.of("PARLEY_SERVER_MAX_FRAME", "1KiB"));
    assertThat(settings.get(Samples.FRAME)).isEqualTo(1024);
    assertThat(problems.isEmpty()).isTrue();
  }

  public void aFamilyFindsItsName() {
    Problems problems = new Problems();
    Settings settings =
        Samples.fromEnvironment(problems, Map.of("PARLEY_TIERS_GOLD-2_OPEN_RUNS", "7"));
    assertThat(settings.get(Samples.OPEN_RUNS, "gold-2", 1)).isEqualTo(7);
    assertThat(settings.names("tiers")).containsExactly("gold-2");
  }

  public void anUnknownVariableIsToldWithTheNearestAndWithoutItsValue() {
    Map<String, String> environment =
        Map.of("PARLEY_SERVER_PROT", "secret", "PARLEY_TIERS_GOLD_OPENRUNS", "7");
    assertThat(problemsOf(environment).lines())
        .containsExactly(
            "PARLEY_SERVER_PROT: unknown variable"
                + " (expected: a known one; the nearest is PARLEY_SERVER_PORT)",
            "PARLEY_TIERS_GOLD_OPENRUNS: unknown variable"
                + " (expected: a known one; the nearest is PARLEY_TIERS_GOLD_OPEN_RUNS)");
  }

  public void variablesOfOthersAreNotLookedAt() {
    assertThat(problemsOf(Map.of("PATH", "/bin", "parley_server_port", "x")).isEmpty()).isTrue();
  }

  public void variablesOfAKubernetesServiceAreIgnored() {
    Map<String, String> service =
        Map.of(
            "PARLEY_SERVICE_HOST", "10.0.0.1",
            "PARLEY_SERVICE_PORT", "80",
            "PARLEY_SERVICE_PORT_HTTP", "80",
            "PARLEY_PORT", "tcp://10.0.0.1:80",
            "PARLEY_PORT_80_TCP", "tcp://10.0.0.1:80",
            "PARLEY_PORT_80_TCP_ADDR", "10.0.0.1",
            "PARLEY_SERVER_PORT", "tcp://10.0.0.1:80",
            "PARLEY_GATEWAY_SERVICE_HOST", "10.0.0.1");
    assertThat(problemsOf(service).lines()).isEmpty();
  }
}
