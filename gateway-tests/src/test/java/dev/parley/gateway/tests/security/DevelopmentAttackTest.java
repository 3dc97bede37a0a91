package dev.parley.gateway.tests.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.report.Attack;
import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.RawClient.RawAnswer;
import dev.parley.gateway.tests.support.TestFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * A gateway in development mode, in a process of its own: the door of its tokens, and what it
 * writes to its log.
 */
@Test(groups = {"security", "startup"})
public class DevelopmentAttackTest {
  private static final String HOST = "Host: 127.0.0.1";

  private TestFolder folder;
  private ChildGateway child;
  private Neighbour neighbour;
  private String key;

  @BeforeClass(alwaysRun = true)
  public void startChild() {
    folder = new TestFolder();
    child =
        ChildGateway.start(
            folder.path(),
            Map.of(
                "dev.admin", "true",
                "limits.burst", "10000",
                "limits.unauthenticated_per_address", "1000"));
    key = child.console().getFragment();
    ObjectNode start = Commands.userMessage("run", Neighbour.RUN, "wait 60 seconds");
    neighbour = new Neighbour(child.address(), child.token("nia"), start);
  }

  @AfterClass(alwaysRun = true)
  public void stopChild() {
    try {
      neighbour.close();
    } finally {
      child.close();
      child.awaitExit();
      folder.close();
    }
  }

  /** What is sent for a token, and the status. */
  @DataProvider
  public Object[][] requests() {
    String own = "http://127.0.0.1:" + child.address().getPort();
    List<Object[]> rows = new ArrayList<>();
    for (String header :
        List.of(
            "Forwarded: for=1.2.3.4",
            "forwarded:",
            "X-Forwarded-For: 127.0.0.1",
            "X-Forwarded-For:",
            "x-forwarded-host: localhost",
            "X-Forwarded-Proto: https",
            "X-FORWARDED-PORT: 80",
            "X-Forwarded-Client-Cert: x",
            "Via: 1.1 a",
            "X-Real-IP: 127.0.0.1",
            "X-Client-IP: 127.0.0.1",
            "X-Cluster-Client-IP: 127.0.0.1",
            "True-Client-IP: 127.0.0.1",
            "CF-Connecting-IP: 127.0.0.1",
            "Fastly-Client-IP: 127.0.0.1",
            "X-Envoy-External-Address: 127.0.0.1",
            "X-Original-Forwarded-For: 127.0.0.1",
            "Origin: null",
            "Origin: http://evil.example",
            "Origin: https://127.0.0.1:" + child.address().getPort(),
            "Origin: http://127.0.0.1:1",
            "Origin: " + own + ".evil.example")) {
      rows.add(new Object[] {header, post(HOST, bearer(key), header), 403});
    }
    for (String host :
        List.of(
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.nip.io",
            "127.0.0.1.evil.example:8080",
            "localhost.",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0.0.0.0",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[0:0:0:0:0:0:0:1]",
            "128.0.0.1",
            "1270.0.0.1",
            "a.localhost")) {
      rows.add(new Object[] {"Host " + host, post("Host: " + host, bearer(key)), 403});
    }
    rows.add(new Object[] {"no Host", post(bearer(key)), 400});
    rows.add(new Object[] {"two hosts", post(HOST, "Host: evil.example", bearer(key)), 400});
    rows.add(
        new Object[] {
          "the name of another in the target",
          post(HOST, bearer(key)).replace("POST /", "POST http://evil.example/"),
          403
        });
    for (String wrong :
        List.of(
            "",
            key + "x",
            key.substring(1),
            key.toLowerCase(Locale.ROOT),
            "null",
            "*",
            "x".repeat(8_000))) {
      rows.add(new Object[] {"key " + wrong.length(), post(HOST, bearer(wrong)), 401});
    }
    rows.add(new Object[] {"no key", post(HOST), 401});
    rows.add(new Object[] {"another scheme", post(HOST, "Authorization: Basic " + key), 401});
    rows.add(new Object[] {"the key twice", post(HOST, bearer(key), bearer(key)), 400});
    rows.add(new Object[] {"the key in a cookie", post(HOST, "Cookie: key=" + key), 401});
    rows.add(
        new Object[] {
          "the key in the query", post(HOST).replace("/dev/token", "/dev/token?key=" + key), 401
        });
    rows.add(new Object[] {"a token as key", post(HOST, bearer(child.token("x"))), 401});
    for (String method : List.of("GET", "PUT", "DELETE", "PATCH")) {
      rows.add(new Object[] {method, post(HOST, bearer(key)).replaceFirst("POST", method), 405});
    }
    return rows.toArray(Object[][]::new);
  }

  private static String bearer(String key) {
    return "Authorization: Bearer " + key;
  }

  private static String post(String... lines) {
    return "POST /dev/token HTTP/1.1\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
  }

  @Attack("development mode")
  @Test(dataProvider = "requests")
  public void nobodyElseGetsAToken(String what, String request, int status) {
    try (RawClient client = RawClient.open(child.address())) {
      RawAnswer answer = client.request(request);
      assertThat(answer.status()).as(answer.body()).isEqualTo(status);
      assertThat(answer.body()).doesNotContain("eyJ", key);
      assertThat(answer.headers()).doesNotContainKey("access-control-allow-origin");
    }
    neighbour.assertWell();
  }

  /** The body of a request for a token, and the field that the refusal names. */
  @DataProvider
  public Object[][] bodies() {
    return new Object[][] {
      {"{\"sub\":\"\"}", "sub"},
      {"{\"sub\":7}", "sub"},
      {"{\"sub\":\"a\\nb\"}", "sub"},
      {"{\"sub\":\"a\\u001b[2J\"}", "sub"},
      {"{\"sub\":\"a\",\"sub\":\"b\"}", ""},
      {"{\"sub\":\"" + "a".repeat(256) + "\"}", "sub"},
      {"{\"tier\":\"a\\\",\\\"scope\\\":\\\"admin\"}", "tier"},
      {"{\"scope\":\"admin\"}", "scope"},
      {"{\"tenant\":\"other\"}", "tenant"},
      {"{\"exp\":9999999999}", "exp"},
      {"[]", ""},
      {"{", ""},
    };
  }

  @Attack("development mode")
  @Test(dataProvider = "bodies")
  public void aTokenSaysWhatItMaySayOnly(String body, String field) {
    String length = "Content-Length: " + body.length();
    try (RawClient client = RawClient.open(child.address())) {
      RawAnswer answer = client.request(post(HOST, bearer(key), length) + body);
      assertThat(answer.status()).as(answer.body()).isEqualTo(400);
      assertThat(Json.parse(answer.body()).path("detail").asText()).contains(field);
    }
    neighbour.assertWell();
  }

  /** Texts that could begin a line of the log, or change how it is shown. */
  private static final List<String> FORGERIES =
      List.of(
          "a\u2028" + line(),
          "a\u2029" + line(),
          "a\u202e" + line(),
          "a\u2066" + line(),
          "a\u200f" + line(),
          "a\ufeff" + line(),
          "${jndi:ldap://127.0.0.1:1/a}",
          "%n%ex{full}{}",
          "{}{}{}{}{}{}");

  private static String line() {
    return "2026-11-29T00:00:00.000Z ERROR [main] Gateway - forged";
  }

  @DataProvider
  public Object[][] forgeries() {
    List<Object[]> rows = new ArrayList<>();
    for (String place :
        List.of("actor", "user", "reason", "path", "header", "agent", "broadcast")) {
      for (int i = 0; i < FORGERIES.size(); i++) {
        rows.add(new Object[] {place, i});
      }
    }
    return rows.toArray(Object[][]::new);
  }

  @Attack("log lines")
  @Test(dataProvider = "forgeries")
  public void noTextOfAClientForgesALine(String place, int index) {
    String text = FORGERIES.get(index);
    HttpCaller admin = new HttpCaller(child.address(), child.token("admin-" + place + index));
    switch (place) {
      case "actor" ->
          new HttpCaller(child.address(), child.token(text)).get("/v1/users?user_id=nia");
      case "user" -> disconnect(admin, text, "r");
      case "reason" -> disconnect(admin, "nobody", text);
      case "path" -> raw("GET /" + text + " HTTP/1.1\r\n" + HOST + "\r\n\r\n");
      case "header" -> raw("GET / HTTP/1.1\r\n" + HOST + "\r\nUser-Agent: " + text + "\r\n\r\n");
      case "agent" -> admin.command(Commands.startAgent("f" + index, "t1", text, "x").toString());
      default -> {
        ObjectNode all = Json.object().set("audience", Json.object().put("online", true));
        all.putObject("notification").put("title", text).put("body", text);
        admin.post("/v1/broadcasts", all);
      }
    }
    // An audit line with a name of its own, so that the log is known to be written up to here.
    String mark = "mark-" + place + "-" + index + ";";
    disconnect(admin, mark, "r");
    child.awaitLine(Pattern.quote(mark));
    String printed = child.printed();
    assertThat(printed.lines()).noneMatch(each -> each.startsWith("2026-11-29T00:00:00.000Z"));
    assertThat(printed.codePoints())
        .noneMatch(c -> c != '\n' && c != '\r' && c != '\t' && isDangerous(c));
    neighbour.assertWell();
  }

  private static boolean isDangerous(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }

  private static void disconnect(HttpCaller admin, String user, String reason) {
    admin.post("/v1/users/disconnect", Json.object().put("user_id", user).put("reason", reason));
  }

  private void raw(String request) {
    try (RawClient client = RawClient.open(child.address())) {
      client.request(request);
    }
  }
}
