package dev.parley.gateway.bench.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.TestFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Runs each scenario once, small and short; the measured values are not checked. */
@Test(groups = "performance")
public class SocketBenchTest {

  /** Those of handshakes and runs are measured below. */
  @DataProvider
  Object[][] scenarios() {
    return new Object[][] {
      {"ping"},
      {"fanout"},
      {"agents"},
      {"services"},
      {"idle"},
      {"resume"},
      {"deflate"},
      {"broadcast"},
      {"drain"}
    };
  }

  @Test(dataProvider = "scenarios")
  public void itPrintsItsScenarioAsJson(String scenario) throws IOException, InterruptedException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TestFolder folder = new TestFolder()) {
      SocketBench.run(small(scenario, folder), new PrintStream(out, true, UTF_8));
    }
    String json =
        out.toString(UTF_8).lines().filter(line -> line.startsWith("{")).findFirst().orElseThrow();
    assertThat(out.toString(UTF_8).contains("by those of " + Target.OLD))
        .isEqualTo(scenario.equals("fanout"));
    assertThat(Json.parse(json).path("scenario").asText()).isEqualTo(scenario);
  }

  public void handshakesOverTlsAreComparedWithThoseWithout()
      throws IOException, InterruptedException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TestFolder folder = new TestFolder()) {
      SocketBench.run(
          small("handshake", folder, "tls=resumed", "tokens=ES256"),
          new PrintStream(out, true, UTF_8));
    }
    assertThat(out.toString(UTF_8)).contains("by those of " + Target.PLAIN);
  }

  public void runsWithTracesAreComparedWithThoseWithout() throws IOException, InterruptedException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TestFolder folder = new TestFolder()) {
      SocketBench.run(small("runs", folder, "trace=true"), new PrintStream(out, true, UTF_8));
    }
    assertThat(out.toString(UTF_8)).contains("by those of " + Target.UNTRACED);
  }

  private static Options small(String scenario, TestFolder folder, String... more) {
    Options options = small(scenario, folder);
    for (String flag : more) {
      String[] nameAndValue = flag.split("=", 2);
      options.values().put(nameAndValue[0], nameAndValue[1]);
    }
    return options;
  }

  private static Options small(String scenario, TestFolder folder) {
    return Options.parse(
        scenario,
        "folder=" + folder.path(),
        "rounds=" + (scenario.equals("resume") ? 2 : 0),
        "seconds=0",
        "connections=10",
        "users=5",
        "rate=100",
        "pace=5",
        "history=2",
        "plot=" + folder.path().resolve("plot.svg"),
        "trace=false",
        "jfr=" + scenario.equals("agents"),
        "old=" + (scenario.equals("fanout") ? Child.ownClassPath() : ""));
  }
}
