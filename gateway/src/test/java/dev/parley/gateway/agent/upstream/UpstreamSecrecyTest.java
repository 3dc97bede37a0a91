package dev.parley.gateway.agent.upstream;

import static dev.parley.gateway.agent.upstream.ScriptedService.answer;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.parley.gateway.config.Secret;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** No credential is in a message, a log line or a text form, whatever the service says. */
@Test(groups = "unit", timeOut = 60_000)
public class UpstreamSecrecyTest {

  private static final String[] SECRETS = {
    "sk-of-the-service", "value-of-a-header", "0123456789abcdef0123456789abcdef", "pass-of-proxy"
  };

  private final Logger root = (Logger) LoggerFactory.getLogger("dev.parley.gateway.agent.upstream");
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private TestClient client;

  @BeforeMethod(alwaysRun = true)
  void open() {
    log.list.clear();
    log.start();
    root.addAppender(log);
    root.setLevel(Level.TRACE);
    root.setAdditive(false);
    client = new TestClient();
    client.configure("retries", "0");
    client.configure("headers", "X-Key: " + SECRETS[1]);
    client.configure("identity", "jwt");
    client.configure("identity_secret", SECRETS[2]);
    client.credentials = Map.of("Authorization", Secret.of("Bearer " + SECRETS[0]));
  }

  @AfterMethod(alwaysRun = true)
  void close() {
    client.close();
    root.setAdditive(true);
    root.setLevel(null);
    root.detachAppender(log);
  }

  private void assertHidden(List<String> texts) {
    assertThat(texts).isNotEmpty();
    for (String text : texts) {
      assertThat(text).doesNotContain(SECRETS);
    }
  }

  private List<String> failuresAgainst(String answer) {
    List<String> texts = new ArrayList<>();
    try (ScriptedService service = ScriptedService.answering(answer)) {
      UpstreamException failure = Collector.failure(client.stream(service));
      texts.add(failure.toString());
      texts.add(failure.toEvent().toString());
      texts.add(client.upstream(service.uri()).toString());
    }
    log.list.forEach(event -> texts.add(event.getFormattedMessage()));
    return texts;
  }

  public void aServiceThatRepeatsTheCredentialsGivesNoneAway() {
    String echo = String.join(" ", SECRETS[0], SECRETS[1], SECRETS[2]);
    for (int status : new int[] {400, 401, 403, 404, 422, 429, 500, 503}) {
      String body = "{\"error\":{\"message\":\"" + echo + "\"}}";
      assertHidden(failuresAgainst(answer(status, "", body)));
      assertHidden(failuresAgainst(answer(status, "", "{\"detail\":\"" + echo + "\"}")));
    }
    assertHidden(failuresAgainst(answer(200, "Content-Type: " + echo + "\r\n", "")));
    assertHidden(failuresAgainst(echo + "\r\n\r\n"));
  }

  public void aProxyThatRefusesGivesNoneAway() {
    try (ScriptedService proxy =
        ScriptedService.answering(answer(407, "X: " + SECRETS[3] + "\r\n", SECRETS[3]))) {
      client.configure("proxy", "http://me:" + SECRETS[3] + "@127.0.0.1:" + proxy.port());
      UpstreamException failure =
          Collector.failure(client.stream(URI.create("https://service.invalid/")));
      assertHidden(List.of(failure.toString(), failure.toEvent().toString()));
      assertHidden(log.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
    }
  }
}
