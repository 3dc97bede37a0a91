package dev.parley.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.GatewayConfig;
import dev.parley.gateway.config.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class TlsConfigTest {

  private static List<String> problems(String... args) {
    Problems problems = new Problems();
    List<String> all = new ArrayList<>();
    for (String arg : args) {
      all.add("--" + arg);
    }
    var ignored = GatewayConfig.read(all, Map.of(), problems);
    return problems.lines();
  }

  public void withoutASettingThereIsNoTls() {
    assertThat(GatewayConfig.of(Map.of()).tls()).isEmpty();
  }

  @DataProvider
  public Object[][] halves() {
    return new Object[][] {
      {"server.tls.certificate_file=a.pem", "server.tls.key_file: not set"},
      {"server.tls.key_file=a.pem", "server.tls.certificate_file: not set"},
      {"server.tls.keystore_file=a.p12", "server.tls.keystore_password_file: not set"},
      {"server.tls.keystore_password_file=a", "server.tls.keystore_file: not set"},
      {
        "server.tls.key_password_file=a",
        "server.tls.key_password_file: a (expected: server.tls.key"
      },
      {"server.tls.hsts=1h", "server.tls.hsts: 1h (expected: server.tls.certificate_file"},
      {"ops.tls=true", "ops.tls: true (expected: not set without server.tls"},
    };
  }

  @Test(dataProvider = "halves")
  public void halfAPairIsAProblem(String setting, String problem) {
    assertThat(problems(setting)).hasSize(1);
    assertThat(problems(setting).get(0)).startsWith(problem);
  }

  public void aKeystoreBesidePemFilesIsAProblem() {
    List<String> problems =
        problems(
            "server.tls.certificate_file=a.pem",
            "server.tls.key_file=b.pem",
            "server.tls.keystore_file=c.p12",
            "server.tls.keystore_password_file=d");
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0)).startsWith("server.tls.keystore_file: c.p12 (expected: a keystore");
  }

  public void operatorsAreWithoutTlsOnLoopbackAlone() {
    List<String> problems =
        problems(
            "server.tls.certificate_file=a.pem",
            "server.tls.key_file=b.pem",
            "auth.jwt.secret=" + "x".repeat(32),
            "ops.port=0",
            "ops.host=0.0.0.0",
            "ops.tls=false");
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0)).startsWith("ops.tls: false (expected: true, or a loopback address");
  }
}
