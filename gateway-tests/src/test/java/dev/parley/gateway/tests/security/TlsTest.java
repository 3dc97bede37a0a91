package dev.parley.gateway.tests.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.Bounds;
import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Exposition;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.StreamClient;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.ThreadReader;
import dev.parley.gateway.tests.support.WsClient;
import dev.parley.gateway.tls.TestTls;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.testng.annotations.AfterClass;
import org.testng.annotations.Test;

/** A gateway that speaks TLS itself, on both listeners. */
@Test(groups = {"security", "startup"})
public class TlsTest extends GatewayTest {
  private static final String METRICS =
      "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";

  private final TestTls tls = TestTls.make();

  @Override
  protected Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(tls.settings());
    settings.put("ops.port", "0");
    return settings;
  }

  @AfterClass(alwaysRun = true)
  public void delete() {
    tls.close();
  }

  public void theAddressesSayHttps() {
    assertThat(gateway.address().getScheme()).isEqualTo("https");
    assertThat(gateway.operators().getScheme()).isEqualTo("https");
    assertThat(gateway.greeting())
        .contains("ready at " + gateway.address())
        .contains("Operators: " + gateway.operators());
  }

  public void aRunIsReadByWebSocketStreamAndCall() {
    WsClient client = connect(ada);
    String run = client.say("t1", "what is 6*7?").runId();
    assertThat(client.awaitEnd(run).text("text")).contains("42");
    StreamClient stream =
        closing(StreamClient.open(gateway.address(), gateway.tokens().of(ada), "t1", "?after=0"));
    assertThat(stream.awaitEnd(run).text("text")).contains("42");
    HttpAnswer page = http(ada).get("/v1/threads/t1/events?after=0");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.json().path("events")).isNotEmpty();
  }

  public void aCutConnectionResumesWithoutAGap() {
    WsClient first = connect(ada);
    String run = first.say("t1", "count slowly to 30").runId();
    first.await("agent_message");
    first.cut();
    WsClient second = closing(first.reopen(gateway.tokens().of(ada)));
    second.resume("t1");
    second.awaitEnd(run);
    ThreadReader whole = connect(ada).readAll("t1");
    assertThat(second.thread("t1").cursor()).isEqualTo(whole.cursor());
  }

  public void operatorsScrapeOverTls() {
    String body = closing(RawClient.open(gateway.operators())).request(METRICS).body();
    Exposition figures = Exposition.parse(body);
    assertThat(figures.sum("parley_tls_certificate_expiry_timestamp_seconds"))
        .isEqualTo((double) tls.certificate().getNotAfter().toInstant().getEpochSecond());
    assertThat(figures.sum("parley_tls_handshakes_total")).isPositive();
  }

  public void operatorsOfThisMachineMayScrapeWithoutTls() {
    RunningGateway own = another(Map.of("ops.tls", "false"));
    assertThat(own.address().getScheme()).isEqualTo("https");
    assertThat(own.operators().getScheme()).isEqualTo("http");
    RawClient scraper = closing(RawClient.open(own.operators()));
    assertThat(scraper.request(METRICS).status()).isEqualTo(200);
  }

  public void aDrainTellsEveryConnection() throws InterruptedException {
    RunningGateway own = another(Map.of());
    WsClient client = closing(own.connect(ada));
    client.barrier();
    Thread end = new Thread(own::end, "end-of-the-gateway");
    end.start();
    client.await("goaway");
    assertThat(client.awaitClose().code()).isEqualTo(1001);
    end.join(Bounds.TIMEOUT.toMillis());
    assertThat(end.isAlive()).isFalse();
  }

  public void badClientsLeaveNoTraceInTheLogButAreCounted() {
    try (TestFolder folder = new TestFolder()) {
      Map<String, String> settings = new HashMap<>(tls.settings());
      settings.put("server.handshake_timeout", "500ms");
      ChildGateway child = ChildGateway.start(folder.path(), settings);
      for (String bytes :
          new String[] {"GET / HTTP/1.1\r\n\r\n", "\0\1\2", "\u0016\u0003\u0001\0\1x"}) {
        try (Noise noise = new Noise(child.address(), bytes)) {
          noise.awaitEnd();
        }
      }
      child.terminate();
      assertThat(child.output()).doesNotContain("Exception").doesNotContain("\tat ");
    }
  }

  // -- mistakes of operators

  public void mistakesAreNamedAtOnceBesideOthers() {
    try (TestFolder folder = new TestFolder();
        TestTls other = TestTls.make()) {
      Map<String, String> settings = new HashMap<>(tls.settings());
      settings.put("server.tls.key_file", other.keyFile().toString());
      settings.put("server.heartbeat", "soon");
      ChildGateway child = ChildGateway.tryStart(folder.path(), settings);
      assertThat(child.awaitExit()).isEqualTo(2);
      assertThat(child.output())
          .contains("2 problems:", "server.tls.key_file: ", "server.heartbeat: soon");
    }
  }

  public void aMissingFileKeepsTheGatewayFromStarting() {
    try (TestFolder folder = new TestFolder()) {
      Map<String, String> settings = new HashMap<>(tls.settings());
      settings.put("server.tls.certificate_file", "/nowhere/certificate.pem");
      ChildGateway child = ChildGateway.tryStart(folder.path(), settings);
      assertThat(child.awaitExit()).isEqualTo(2);
      assertThat(child.output())
          .contains("1 problem:", "server.tls.certificate_file: /nowhere/certificate.pem");
    }
  }

  /** Its clients may refuse it, but the others and the operators are served. */
  public void anExpiredCertificateIsUsedWithAWarning() {
    try (TestFolder folder = new TestFolder();
        TestTls expired = TestTls.make("-keyalg", "EC", "-startdate", "-9d", "-validity", "3")) {
      ChildGateway child = ChildGateway.start(folder.path(), expired.settings());
      child.awaitLine("server.tls: the certificate is valid from .* clients refuse it");
      try (WsClient client = WsClient.open(child.address(), child.token("ada"))) {
        client.ask(Commands.chat("c1", "t1", "hello"));
      }
      child.close();
      child.awaitExit();
    }
  }

  /** A plain socket to the gateway that sends these bytes. */
  private static final class Noise implements AutoCloseable {
    private final RawClient socket;

    Noise(URI gateway, String bytes) {
      socket = RawClient.open(URI.create("http://" + gateway.getAuthority()));
      socket.send(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    void awaitEnd() {
      socket.awaitEndAfterAnyAnswer();
    }

    @Override
    public void close() {
      socket.close();
    }
  }
}
