package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.config.Declaration;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings.Sources;
import dev.parley.gateway.protocol.AgentName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class GatewayConfigTest {

  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final Path DOCUMENTATION = Path.of("../docs/configuration.md");

  private static List<String> problemsOf(String... args) {
    Problems problems = new Problems();
    GatewayConfig.read(new Sources(List.of(args), Map.of(), Path.of("no-such-folder")), problems);
    return problems.lines();
  }

  public void defaults() {
    GatewayConfig config = GatewayConfig.of(Map.of());
    assertThat(config.listener().binding().host()).isEqualTo("127.0.0.1");
    assertThat(config.developmentMode()).isTrue();
  }

  public void fullMapping() {
    GatewayConfig config =
        GatewayConfig.of(
            Map.of(
                "server.host", "0.0.0.0",
                "auth.jwt.secret", SECRET,
                "origins.allowed", "https://a.example",
                "store.type", "memory",
                "runs.timeout", "1m",
                "agents.builtin.pace", "0s",
                "limits.burst", "3"));
    assertThat(config.listener().binding().isLoopback()).isFalse();
    assertThat(config.developmentMode()).isFalse();
    assertThat(config.origins().allowed()).containsExactly("https://a.example");
    assertThat(config.runs().timeout()).hasMinutes(1);
    assertThat(config.agents().agents().get(new AgentName("builtin")))
        .extracting(agent -> agent.settings().pace())
        .isEqualTo(Duration.ZERO);
    assertThat(config.limits().burst()).isEqualTo(3);
  }

  public void validations() {
    assertThatThrownBy(() -> GatewayConfig.of(Map.of("server.port", "x", "server.loops", "y")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 problems:", "server.port: x", "server.loops: y");
  }

  public void operatorsHaveAPortOfTheirOwnOrNone() {
    assertThat(GatewayConfig.of(Map.of()).ops()).isEmpty();
    assertThat(GatewayConfig.of(Map.of("ops.port", "0")).ops().orElseThrow().isLoopback()).isTrue();
    assertThat(problemsOf("--ops.port=8080"))
        .containsExactly(
            "ops.port: 8080 (expected: another port than server.port; set on the command line)");
    assertThat(problemsOf("--ops.port=0", "--server.port=0")).isEmpty();
    assertThat(problemsOf("--ops.port=65536")).hasSize(1);
    assertThat(problemsOf("--ops.host=127.0.0.1"))
        .containsExactly(
            "ops.host: 127.0.0.1 (expected: ops.port beside it; set on the command line)");
  }

  public void anAlertThatCannotFireIsRefused() {
    String refused =
        "alerts.slow_socket_age: %s (expected: shorter than server.stall_timeout, %s, which closes"
            + " such a connection before the alert fires%s)";
    assertThat(problemsOf("--alerts.slow_socket_age=30s"))
        .containsExactly(refused.formatted("30s", "30000ms", "; set on the command line"));
    assertThat(problemsOf("--server.stall_timeout=5s"))
        .containsExactly(refused.formatted("10s", "5000ms", ""));
    assertThat(problemsOf("--alerts.slow_socket_age=4999ms", "--server.stall_timeout=5s"))
        .isEmpty();
  }

  public void developmentModeHasOperatorsOfThisMachineOnly() {
    String[] args = {"--ops.port=9090", "--ops.host=0.0.0.0"};
    assertThat(problemsOf(args)).hasSize(1).first().asString().startsWith("ops.host: 0.0.0.0 ");
    assertThat(problemsOf(args[0], args[1], "--auth.jwt.secret=" + SECRET)).isEmpty();
  }

  public void theSecretOfAnIdentityIsNotTheKeyOfTokens() {
    String refused =
        "agents.x.identity_secret: *** (expected: a secret of its own, not that of auth.jwt; set on"
            + " the command line)";
    String[] args = {
      "--auth.jwt.secret=" + SECRET,
      "--agents.x.type=agui",
      "--agents.x.url=http://127.0.0.1:1/",
      "--agents.x.identity=jwt",
      "--agents.x.identity_secret=" + SECRET
    };
    assertThat(problemsOf(args)).containsExactly(refused);
    args[0] = "--auth.jwt.secret=another" + SECRET;
    assertThat(problemsOf(args)).isEmpty();
  }

  public void alertsAreCheckedAtTheStart() {
    assertThat(problemsOf("--alerts.url=ftp://user:password@there/", "--alerts.disk=101"))
        .containsExactlyInAnyOrder(
            "alerts.url: *** (expected: an http:// or https:// URL without user and fragment; set"
                + " on the command line)",
            "alerts.url: *** (expected: alerts.url and alerts.secret, both or none; set on the"
                + " command line)",
            "alerts.disk: 101 (expected: a number from 0.001 to 100; set on the command line)");
    assertThat(problemsOf("--alerts.last_secret=" + SECRET))
        .containsExactly(
            "alerts.last_secret: *** (expected: alerts.secret beside it; set on the command line)");
    assertThat(problemsOf("--sla.slow.stage=thinking", "--sla.slow.tier=gold"))
        .containsExactlyInAnyOrder(
            "sla.slow.stage: thinking (expected: handshake or accept or commit or store_write or"
                + " delivery or first_event or run or upstream_first_byte or resume or loop_delay; set on the command line)",
            "sla.slow.tier: gold (expected: one of the tiers early, enterprise, free, mid; set on"
                + " the command line)");
    assertThat(problemsOf("--sla.slow.tier=mid", "--tiers.gold.rate=5", "--sla.fast.tier=gold"))
        .isEmpty();
    assertThat(
            problemsOf(
                "--auth.jwt.secret=" + SECRET,
                "--alerts.url=https://there/x",
                "--alerts.secret=" + SECRET))
        .containsExactly(
            "alerts.secret: *** (expected: a secret of its own, not that of auth.jwt; set on the"
                + " command line)");
  }

  public void theSecretOfHooksIsNotTheKeyOfTokens() {
    String[] args = {
      "--auth.jwt.secret=" + SECRET,
      "--agents.x.type=push",
      "--agents.x.url=http://127.0.0.1:1/",
      "--agents.x.secret=" + SECRET
    };
    assertThat(problemsOf(args))
        .containsExactly(
            "agents.x.secret: *** (expected: a secret of its own, not that of auth.jwt; set on the"
                + " command line)");
    args[0] = "--auth.jwt.secret=another" + SECRET;
    assertThat(problemsOf(args)).isEmpty();
  }

  public void developmentModeIsForThisMachineAlone() {
    assertThat(problemsOf("--server.host=0.0.0.0"))
        .containsExactly(
            "server.host: 0.0.0.0 (expected: a loopback address, or auth.jwt.secret: without it"
                + " this is development mode, which hands out tokens; set on the command line)");
  }

  public void noProxyHeaderTellsWhoIsOnThisMachine() {
    assertThat(problemsOf("--server.proxy_protocol=required", "--server.trusted_proxies=127.0.0.1"))
        .containsExactly(
            "server.proxy_protocol: required (expected: off, or auth.jwt.secret: without it this is"
                + " development mode, which hands out tokens to this machine alone; set on the"
                + " command line)");
  }

  public void aRefusedSecretDoesNotMeanDevelopmentMode() {
    assertThat(problemsOf("--server.host=0.0.0.0", "--auth.jwt.secret=short"))
        .containsExactly(
            "auth.jwt.secret: *** (expected: at least 32 bytes; set on the command line)");
  }

  public void whatBelongsToDevelopmentModeIsRefusedOutsideIt() {
    assertThat(problemsOf("--dev.admin", "--auth.jwt.secret=" + SECRET))
        .containsExactly(
            "dev.admin: true (expected: false beside auth.jwt: only development mode has it;"
                + " set on the command line)");
  }

  @DataProvider
  Iterator<Object[]> settings() {
    return GatewayConfig.catalogue().declarations().stream()
        .map(setting -> new Object[] {setting})
        .iterator();
  }

  /** A key that nothing reads would take any text. */
  @Test(dataProvider = "settings")
  public void everyKeyThatIsListedIsRead(Declaration setting) {
    String name = setting.name().replace("<name>", "gold");
    assertThat(problemsOf("--" + name + "=?").size() + problemsOf("--" + name + "=").size())
        .isPositive();
  }

  @Test(dataProvider = "settings")
  public void everyKeyIsFoundByItsVariableAlone(Declaration setting) {
    String name = setting.name().replace("<name>", "gold");
    String variable = "PARLEY_" + name.replace('.', '_').toUpperCase(Locale.ROOT);
    assertThat(
            GatewayConfig.catalogue().declarations().stream()
                .flatMap(each -> each.dotted(variable).stream()))
        .containsExactly(name);
  }

  public void helpTellsOfEveryKey() {
    List<String> names =
        GatewayConfig.catalogue().declarations().stream().map(Declaration::name).toList();
    assertThat(GatewayConfig.help()).contains(names).contains("--config FILE");
    assertThat(GatewayConfig.asksForHelp(List.of("--help"))).isTrue();
    assertThat(GatewayConfig.asksForHelp(List.of("--server.port=1"))).isFalse();
  }

  public void theDocumentationIsWhatTheSourceSays() throws IOException {
    if (Boolean.getBoolean("parley.docs.write")) {
      Files.writeString(DOCUMENTATION, GatewayConfig.documentation());
    }
    assertThat(DOCUMENTATION)
        .as(
            "write it again: mvn -pl gateway test -Dtest=GatewayConfigTest -Dparley.docs.write=true")
        .hasContent(GatewayConfig.documentation());
  }
}
