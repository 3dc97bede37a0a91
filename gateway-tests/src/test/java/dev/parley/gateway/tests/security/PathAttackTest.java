package dev.parley.gateway.tests.security;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.Attack;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.RawClient.RawAnswer;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Paths and names that lead out of where they should stay. */
@Attack("paths")
@Test(groups = "security")
public class PathAttackTest extends AttackTest {

  @DataProvider
  public Object[][] paths() {
    return new Object[][] {
      {"up from the page", "/../../etc/passwd", 404},
      {"up, encoded", "/%2e%2e/%2e%2e/etc/passwd", 404},
      {"up, encoded twice", "/%252e%252e/etc/passwd", 404},
      {"up, the slash encoded", "/..%2f..%2fetc%2fpasswd", 404},
      {"up, with backslashes", "/..\\..\\etc\\passwd", 404},
      {"up, backslashes encoded", "/..%5c..%5cetc%5cpasswd", 404},
      {"up, overlong UTF-8", "/%c0%ae%c0%ae/etc/passwd", 404},
      {"up from the console", "/page/../../dev/parley/gateway/Main.class", 404},
      {"up within the console", "/page/../parley.js", 404},
      {"the class path", "/dev/parley/gateway/Main.class", 404},
      {"the folder of the console", "/console/index.html", 404},
      {"another resource", "/logback.xml", 404},
      {"META-INF", "/META-INF/MANIFEST.MF", 404},
      {"a WebJar", "/META-INF/resources/webjars/markdown-it/package.json", 404},
      {"the list of WebJars", "/webjars.properties", 404},
      {"a folder", "/page/", 404},
      {"a folder without its slash", "/page", 404},
      {"a slash after a file", "/parley.js/", 404},
      {"two slashes", "//parley.js", 404},
      {"a dot", "/./parley.js", 404},
      {"a parameter of the path", "/parley.js;a=b", 404},
      {"an encoded letter", "/%70arley.js", 404},
      {"upper case", "/PARLEY.JS", 404},
      {"a NUL at the end", "/parley.js%00.html", 404},
      {"a stream of Windows", "/parley.js::$DATA", 404},
      {"the folder of the store", "/data/log/CURRENT", 404},
      {"the secret of the store", "/dev-secret", 404},
      {"a backup", "/backups/a", 404},
      {"hidden files", "/.git/config", 404},
      {"the token of development", "/dev/token", 404},
      {"another host's file", "http://a/../etc/passwd", 404},
      {"a call, two slashes", "//v1/threads", 404},
      {"a call, a slash at the end", "/v1/threads/", 404},
      {"a call by another way", "/v1/session/../threads", 404},
      {"a call, upper case", "/V1/threads", 404},
      {"a call, encoded", "/v1/%74hreads", 404},
      {"a thread up", "/v1/threads/../events", 400},
      {"a thread up, encoded", "/v1/threads/%2e%2e/events", 400},
      {"a thread that is a dot", "/v1/threads/./events", 400},
      {"a thread with a slash", "/v1/threads/a%2fb/events", 400},
      {"a thread with a backslash", "/v1/threads/a%5cb/events", 400},
      {"a thread with NUL", "/v1/threads/a%00b/events", 400},
      {"a thread with a line feed", "/v1/threads/a%0ab/events", 400},
      {"a thread with a line feed and a header", "/v1/threads/a%0d%0aX:%20y/events", 400},
      {"a thread with an escape", "/v1/threads/a%1b%5b2J/events", 400},
      {"a thread that is empty", "/v1/threads//events", 404},
      {"a thread of 65 letters", "/v1/threads/" + "a".repeat(65) + "/events", 400},
      {"a thread of 4,000 letters", "/v1/threads/" + "a".repeat(4_000) + "/events", 400},
      {"a thread in bad UTF-8", "/v1/threads/%ff/events", 400},
      {"a thread in overlong UTF-8", "/v1/threads/%c0%af/events", 400},
      {"a thread with half an escape", "/v1/threads/a%2/events", 400},
      {"a thread with an escape of no digits", "/v1/threads/a%zz/events", 400},
      {"a thread with an escape of Unicode", "/v1/threads/a%u0041/events", 400},
      {"a thread in full-width letters", "/v1/threads/%ef%bd%81/events", 400},
      {"a thread with a letter that turns the text", "/v1/threads/%e2%80%ae/events", 400},
      {"a run up", "/v1/runs/../events", 405},
      {"a broadcast up", "/v1/broadcasts/%2e%2e", 403},
    };
  }

  @Test(dataProvider = "paths")
  public void noPathLeadsAnywhereElse(String what, String path, int status) {
    String token = "Authorization: Bearer " + gateway.tokens().of(ada);
    String request = "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + token + "\r\n\r\n";
    RawClient client = rawSocket();
    client.send(request.getBytes(ISO_8859_1));
    RawAnswer answer = client.readAnswer();
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(Json.parse(answer.body()).path("status").asInt()).isEqualTo(status);
    assertThat(answer.headers()).doesNotContainKey("x");
    assertThat(answer.body().chars()).noneMatch(Character::isISOControl);
    assertWell();
  }

  @DataProvider
  public Object[] folders() {
    return new Object[] {
      "..",
      ".",
      "",
      " ",
      "../a",
      "../../etc/cron.d/a",
      "/tmp/a",
      "a/b",
      "a\\b",
      "a/../b",
      "a\0b",
      "a\nb",
      "~",
      "$HOME",
      "a b",
      "-rf",
      ".hidden",
      "\u2024\u2024",
      "\uff0e\uff0e",
      "a".repeat(300),
    };
  }

  @Test(dataProvider = "folders")
  public void noBackupIsMadeElsewhere(String name) {
    String token = gateway.tokens().withScope("keeper", "operator");
    HttpCaller operator = new HttpCaller(gateway.address(), token);
    HttpAnswer answer = operator.post("/v1/backup", Json.object().put("name", name));
    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(400);
    assertThat(answer.text("code")).isEqualTo("invalid_argument");
    assertWell();
  }
}
