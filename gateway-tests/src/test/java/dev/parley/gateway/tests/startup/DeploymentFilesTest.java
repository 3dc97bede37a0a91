package dev.parley.gateway.tests.startup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.gateway.GatewayConfig;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.tests.support.TestFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** The files to deploy with set what the gateway knows, and give it the time that a drain takes. */
@Test(groups = "startup")
public class DeploymentFilesTest {

  private static final Path ROOT = Path.of("..");
  private static final Path MANIFESTS = ROOT.resolve("docs/examples/kubernetes/parley.yaml");
  private static final Path UNIT = ROOT.resolve("docs/examples/systemd/parley.service");
  private static final Path EXAMPLE = ROOT.resolve("gateway/src/release/conf/gateway.yaml");

  /** Beyond the notice and the time of the runs, until a gateway that drains has ended. */
  private static final Duration TO_END = Duration.ofSeconds(15);

  private static final String SECRET_FILE = "PARLEY_AUTH_JWT_SECRET_FILE";

  private TestFolder folder;

  @BeforeMethod(alwaysRun = true)
  public void makeFolder() {
    folder = new TestFolder();
  }

  @AfterMethod(alwaysRun = true)
  public void removeFolder() {
    folder.close();
  }

  public void theExampleSettingsAreThoseOfTheGateway() {
    GatewayConfig config = config(EXAMPLE, Map.of());
    assertThat(config.drain()).isEqualTo(GatewayConfig.of(Map.of()).drain());
  }

  /** Each block that is commented out is taken too. */
  public void theSettingsThatTheExampleSuggestsAreTaken() throws IOException {
    String all =
        Files.readString(EXAMPLE)
            .replaceAll("(?m)^# (?=\\w+:$|  )", "")
            .replace("/etc/parley/jwt-secret", secret().toString());
    assertThat(all).contains("\nauth:\n", "\norigins:\n", "\nagents:\n");
    Path file = Files.writeString(folder.path().resolve("gateway.yaml"), all);
    assertThat(config(file, Map.of()).drain()).isNotNull();
  }

  public void theUnitSetsWhatTheGatewayKnowsAndWaitsForItsDrain() {
    String unit = read(UNIT);
    Map<String, String> environment =
        Pattern.compile("(?m)^Environment=(\\w+)=(.*)$")
            .matcher(unit)
            .results()
            .collect(Collectors.toMap(found -> found.group(1), found -> found.group(2)));
    assertThat(environment).containsKey(SECRET_FILE);
    GatewayConfig config = config(EXAMPLE, environment);
    MatchResult stop =
        Pattern.compile("(?m)^TimeoutStopSec=(\\d+)$").matcher(unit).results().findFirst().get();
    assertEnough(Duration.ofSeconds(Long.parseLong(stop.group(1))), config);
  }

  public void thePodSetsWhatTheGatewayKnowsAndWaitsForItsDrain() throws IOException {
    JsonNode pod = manifest("StatefulSet").at("/spec/template/spec");
    JsonNode container = pod.at("/containers/0");
    Map<String, String> environment =
        StreamSupport.stream(container.path("env").spliterator(), false)
            .collect(
                Collectors.toMap(
                    each -> each.path("name").asText(), each -> each.path("value").asText()));
    environment.putAll(environmentOfTheImage());
    String settings = manifest("ConfigMap").path("data").path("gateway.yaml").asText();
    Path file = Files.writeString(folder.path().resolve("gateway.yaml"), settings);
    GatewayConfig config = config(file, environment);
    assertThat(config.listener().binding().host()).isEqualTo("0.0.0.0");
    assertEnough(Duration.ofSeconds(pod.path("terminationGracePeriodSeconds").asLong()), config);
    assertThat(container.at("/ports/0/containerPort").asInt())
        .isEqualTo(config.listener().binding().port());
    assertThat(container.at("/ports/1/containerPort").asInt())
        .isEqualTo(config.ops().orElseThrow().port());
    assertThat(container.at("/readinessProbe/httpGet/path").asText()).isEqualTo("/readyz");
    assertThat(container.at("/livenessProbe/httpGet/path").asText()).isEqualTo("/healthz");
  }

  public void theImageRunsWithoutRootAndHandsOnSignals() {
    String image = read(ROOT.resolve("Dockerfile"));
    String last = image.substring(image.lastIndexOf("\nFROM "));
    assertThat(last)
        .containsPattern("(?m)^USER 10001:10001$")
        .containsPattern("(?m)^ENTRYPOINT \\[\"/opt/parley/bin/parley\"]$");
    assertThat(manifest("StatefulSet").at("/spec/template/spec/securityContext/runAsUser").asInt())
        .isEqualTo(10001);
    assertThat(read(ROOT.resolve("gateway/src/release/bin/parley")))
        .containsPattern("(?m)^exec \"\\$java\" ");
  }

  private static Map<String, String> environmentOfTheImage() {
    return Pattern.compile("(PARLEY_\\w+)=(\\S+)")
        .matcher(read(ROOT.resolve("Dockerfile")))
        .results()
        .collect(Collectors.toMap(found -> found.group(1), found -> found.group(2)));
  }

  private static void assertEnough(Duration given, GatewayConfig config) {
    assertThat(given)
        .isGreaterThanOrEqualTo(
            config.drain().notice().plus(config.drain().timeout()).plus(TO_END));
  }

  private GatewayConfig config(Path file, Map<String, String> environment) {
    Map<String, String> here = new HashMap<>(environment);
    here.computeIfPresent(SECRET_FILE, (name, elsewhere) -> secret().toString());
    Problems problems = new Problems();
    GatewayConfig config = GatewayConfig.read(List.of("--config", file.toString()), here, problems);
    assertThat(problems.lines()).isEmpty();
    return config;
  }

  private Path secret() {
    try {
      return Files.writeString(folder.path().resolve("jwt-secret"), "0123456789abcdef".repeat(4));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode manifest(String kind) {
    Load load = new Load(LoadSettings.builder().build());
    ObjectMapper mapper = new ObjectMapper();
    return StreamSupport.stream(load.loadAllFromString(read(MANIFESTS)).spliterator(), false)
        .<JsonNode>map(mapper::valueToTree)
        .filter(each -> each.path("kind").asText().equals(kind))
        .findFirst()
        .orElseThrow(() -> new AssertionError(kind + ": not in " + MANIFESTS));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
