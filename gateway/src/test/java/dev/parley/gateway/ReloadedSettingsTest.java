package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Declaration;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings.Sources;
import dev.parley.gateway.tls.TestTls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What a reload takes of a settings file that has changed. */
@Test(groups = "unit")
public class ReloadedSettingsTest {

  private static final String OLD = "o".repeat(32);
  private static final String NEW = "n".repeat(32);

  private Path folder;

  @BeforeMethod(alwaysRun = true)
  public void make() throws IOException {
    folder = Files.createTempDirectory("settings");
  }

  @AfterMethod(alwaysRun = true)
  public void delete() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  private Path write(String name, String... lines) {
    try {
      return Files.write(folder.resolve(name), List.of(lines));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private GatewayConfig start(String... lines) {
    write("gateway.yaml", lines);
    Problems problems = new Problems();
    GatewayConfig config = GatewayConfig.read(new Sources(List.of(), Map.of(), folder), problems);
    assertThat(problems.lines()).isEmpty();
    return config;
  }

  private List<String> problems(GatewayConfig start, String... lines) {
    write("gateway.yaml", lines);
    Problems problems = new Problems();
    assertThat(ReloadedSettings.read(start, problems)).isEmpty();
    return problems.lines();
  }

  public void everySettingThatAReloadTakesExists() {
    List<String> names =
        GatewayConfig.catalogue().declarations().stream().map(Declaration::name).toList();
    assertThat(names).containsAll(ReloadedSettings.KEYS);
  }

  public void newKeysAreTakenFromTheFile() {
    GatewayConfig start = start("auth.jwt.secret: " + OLD);
    write(
        "gateway.yaml",
        "auth.jwt:",
        "  secret: " + NEW,
        "  last_secret: " + OLD,
        "  last_secret_until: 2030-01-01T00:00:00Z");
    Problems problems = new Problems();
    Optional<GatewayConfig> now = ReloadedSettings.read(start, problems);
    assertThat(problems.lines()).isEmpty();
    assertThat(now.orElseThrow().jwt().secrets()).hasSize(2).isNotEqualTo(start.jwt().secrets());
  }

  public void aKeyFileMayHaveAnotherContent() {
    Path file = write("secret", OLD);
    GatewayConfig start = start("auth.jwt.secret_file: " + file);
    write("secret", NEW);
    Problems problems = new Problems();
    GatewayConfig now = ReloadedSettings.read(start, problems).orElseThrow();
    assertThat(now.jwt()).isNotEqualTo(start.jwt());
    write("secret", OLD);
    assertThat(ReloadedSettings.read(start, problems).orElseThrow().jwt()).isEqualTo(start.jwt());
  }

  @DataProvider
  public Object[][] others() {
    String secret = "auth.jwt.secret: " + NEW;
    return new Object[][] {
      {secret + "\nserver.port: 9000", "server.port: changed, in "},
      {secret + "\nauth.jwt.tenants: acme", "auth.jwt.tenants: changed, in "},
      {secret + "\nissuers.x.secret: " + "x".repeat(32), "auth.jwt.issuer: "},
      {secret + "\nalerts.heap: 1GiB\nalerts.disk: 50", "alerts.disk: changed, in "},
      {secret + "\nno.such: 1", "no.such: unknown key"},
      {secret + "\nserver.port: x", "server.port: x (expected: an integer"},
      {"auth.jwt.secret: short\nalerts.heap: 1GiB", "auth.jwt.secret: *** (expected: at least 32"},
      {"alerts.heap: 1GiB", "auth.jwt: no key (expected: as at the start"},
      {"{", "gateway.yaml"},
    };
  }

  @Test(dataProvider = "others")
  public void anyOtherChangeIsNamed(String text, String problem) {
    GatewayConfig start = start("auth.jwt.secret: " + OLD, "alerts.heap: 1GiB");
    assertThat(problems(start, text)).anyMatch(line -> line.contains(problem));
  }

  public void whatIsNoLongerSetIsNamedToo() {
    GatewayConfig start = start("auth.jwt.secret: " + OLD, "server.port: 9000");
    assertThat(problems(start, "auth.jwt.secret: " + OLD))
        .containsExactly(
            "server.port: no longer set (expected: as at the start: a reload takes keys alone,"
                + " this one needs a restart)");
  }

  /** It would be read by the next start only, and nobody would know. */
  public void anotherFileWithAnotherContentIsNamed() {
    Path headers = write("headers", "X-Key: one");
    String[] lines = {
      "auth.jwt.secret: " + OLD,
      "agents.a: {type: agui, url: http://127.0.0.1:1/a, headers_file: " + headers + "}"
    };
    GatewayConfig start = start(lines);
    write("headers", "X-Key: two");
    assertThat(problems(start, lines))
        .hasSize(1)
        .allMatch(line -> line.startsWith("agents.a.headers_file: changed, in "));
  }

  public void filesThatAreAsTheyWereAreNoChange() {
    TestTls tls = TestTls.make();
    String certificate = tls.certificateFile().toString();
    GatewayConfig start =
        start(
            "auth.jwt.secret_file: " + write("secret", OLD),
            "server.tls.certificate_file: " + certificate,
            "server.tls.key_file: " + certificate,
            "trace.url: http://127.0.0.1:1/v1/traces",
            "trace.headers_file: " + write("trace", "X-Key: one"),
            "tools.t: {url: http://127.0.0.1:1/t, description: a tool, schema_file: "
                + write("schema", "{\"type\":\"object\"}")
                + "}",
            "agents.a: {type: agui, url: http://127.0.0.1:1/a, ca_file: "
                + certificate
                + ", headers_file: "
                + write("headers", "X-Key: one")
                + ", api_key_file: "
                + write("key", "sesame")
                + "}");
    Problems problems = new Problems();
    Optional<GatewayConfig> now = ReloadedSettings.read(start, problems);
    tls.close();
    assertThat(problems.lines()).isEmpty();
    assertThat(now).isPresent();
  }

  public void developmentModeNeitherBeginsNorEnds() {
    GatewayConfig start = start("server.port: 0");
    assertThat(problems(start, "server.port: 0", "auth.jwt.secret: " + NEW))
        .anyMatch(line -> line.startsWith("auth.jwt: a key (expected: as at the start"));
  }
}
