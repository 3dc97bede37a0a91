package dev.parley.gateway.tests.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.Attack;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Exposition;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.RawClient.RawAnswer;
import dev.parley.gateway.tests.support.WsClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Texts of clients that must become no label of a metric and no header of an answer. */
@Test(groups = {"security", "performance"})
public class LabelAttackTest extends AttackTest {
  private static final String EVIL = "evil";
  private static final List<String> TEXTS =
      List.of(EVIL, EVIL + "\"} 1", EVIL + "\\", EVIL + "{a=\"b\"}", EVIL + "\u2028x");

  @Override
  protected Map<String, String> more() {
    return Map.of("origins.allowed", "https://app.example", "limits.rejected_in_a_row", "1000");
  }

  @DataProvider
  public Object[][] names() {
    List<Object[]> rows = new ArrayList<>();
    for (String where :
        List.of(
            "tier", "user", "tenant", "agent", "type", "thread", "command", "method", "path",
            "origin", "token")) {
      for (String text : TEXTS) {
        rows.add(new Object[] {where, text});
      }
    }
    return rows.toArray(Object[][]::new);
  }

  @Attack("metric labels")
  @Test(dataProvider = "names")
  public void noNameBecomesALabel(String where, String text) {
    var claims = gateway.tokens().claims(ada);
    switch (where) {
      case "tier", "tenant" -> connectWith(gateway.tokens().signed(claims.put(where, text)));
      case "user" -> connectWith(gateway.tokens().signed(claims.put("sub", text)));
      case "token" ->
          rawSocket().request(RawClient.upgrade("Sec-WebSocket-Protocol: bearer." + EVIL));
      case "method" -> raw(EVIL + " / HTTP/1.1\r\nHost: a\r\n\r\n");
      case "path" -> raw("GET /" + EVIL + " HTTP/1.1\r\nHost: a\r\n\r\n");
      case "origin" -> raw("GET / HTTP/1.1\r\nHost: a\r\nOrigin: https://" + EVIL + "\r\n\r\n");
      default -> {
        WsClient client = connect(ada);
        client.send(
            switch (where) {
              case "agent" -> Commands.startAgent("x", "t1", text, "x").toString();
              case "type" -> Commands.ping("x").put("type", text).toString();
              case "thread" -> Commands.chat("x", text, "x").toString();
              default -> Commands.chat(text, "t1", "x").toString();
            });
        client.barrier();
      }
    }
    Exposition seen = Exposition.of(gateway);
    assertThat(seen.labelValues()).noneMatch(value -> value.contains(EVIL));
    assertWell();
  }

  private RawAnswer raw(String request) {
    RawClient client = rawSocket();
    client.send(request.getBytes(UTF_8));
    return client.readAnswer();
  }

  /** A request with a text that could end a header of the answer. */
  @DataProvider
  public Object[][] headers() {
    String token = "Authorization: Bearer " + gateway.tokens().of("reader") + "\r\n";
    String get = "GET /v1/threads HTTP/1.1\r\nHost: a\r\n" + token;
    return new Object[][] {
      {"the path", "GET /%0d%0aX-Evil:%201 HTTP/1.1\r\nHost: a\r\n\r\n"},
      {
        "a thread",
        "GET /v1/threads/a%0d%0aX-Evil:%201/events HTTP/1.1\r\nHost: a\r\n" + token + "\r\n"
      },
      {"a query", "GET /v1/threads?after=a%0d%0aX-Evil:1 HTTP/1.1\r\nHost: a\r\n" + token + "\r\n"},
      {
        "the name of a query",
        "GET /v1/threads?a%0d%0aX-Evil:1=b HTTP/1.1\r\nHost: a\r\n" + token + "\r\n"
      },
      {"the origin", get + "Origin: https://app.example\u2028X-Evil: 1\r\n\r\n"},
      {"the origin, encoded", get + "Origin: https://app.example%0d%0aX-Evil: 1\r\n\r\n"},
      {
        "a preflight",
        "OPTIONS /v1/threads HTTP/1.1\r\nHost: a\r\nOrigin: https://app.example\r\nAccess-Control-Request-Method: GET%0d%0aX-Evil: 1\r\nAccess-Control-Request-Headers: x-evil\r\n\r\n"
      },
      {"the subprotocol", RawClient.upgrade("Sec-WebSocket-Protocol: X-Evil")},
      {"the extension", RawClient.upgrade("Sec-WebSocket-Extensions: X-Evil")},
      {
        "the entity tag",
        "GET /parley.js HTTP/1.1\r\nHost: a\r\nIf-None-Match: \"a\"%0d%0aX-Evil: 1\r\n\r\n"
      },
      {"the method", "X-EVIL /v1/threads HTTP/1.1\r\nHost: a\r\n" + token + "\r\n"},
      {"the trace", get + "traceparent: 00-a%0d%0aX-Evil: 1\r\n\r\n"},
      {"the host", "GET / HTTP/1.1\r\nHost: a%0d%0aX-Evil\r\n\r\n"},
      {
        "the producer",
        "POST /v1/runs/r_a/events HTTP/1.1\r\nHost: a\r\nProducer-Id: a%0d%0aX-Evil: 1\r\nProducer-Epoch: 0%0d%0aX-Evil: 1\r\nContent-Length: 0\r\n"
            + token
            + "\r\n"
      },
    };
  }

  @Attack("answer headers")
  @Test(dataProvider = "headers")
  public void noTextEndsAHeader(String what, String request) {
    RawAnswer answer = raw(request);
    assertThat(answer.headers()).doesNotContainKey("x-evil");
    assertThat(answer.headers().values())
        .noneMatch(value -> value.toLowerCase(Locale.ROOT).contains("evil"));
    if (answer.status() >= 400) {
      assertThat(answer.body().chars()).noneMatch(Character::isISOControl);
    }
    assertWell();
  }
}
