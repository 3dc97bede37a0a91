package dev.parley.gateway.tests.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.Attack;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.RawClient.RawAnswer;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Pages of other origins, with the valid token of a user, in a handshake and in a call. */
@Attack("origins")
@Test(groups = "security")
public class OriginAttackTest extends AttackTest {
  private static final String ALLOWED =
      "https://app.example,https://other.example:8443,https://xn--bcher-kva.example,"
          + "http://[2001:db8::1]:8080";

  @Override
  protected Map<String, String> more() {
    return Map.of("origins.allowed", ALLOWED);
  }

  @DataProvider
  public Object[][] origins() {
    return new Object[][] {
      {"another host", "https://evil.example"},
      {"the name as a suffix", "https://evilapp.example"},
      {"the name as a prefix", "https://app.example.evil.example"},
      {"a name below", "https://a.app.example"},
      {"the name above", "https://example"},
      {"a dot at the end", "https://app.example."},
      {"two dots", "https://app..example"},
      {"a dot at the beginning", "https://.app.example"},
      {"another scheme", "http://app.example"},
      {"the scheme of a WebSocket", "wss://app.example"},
      {"no scheme", "app.example"},
      {"no scheme, two slashes", "//app.example"},
      {"the scheme of an extension", "chrome-extension://app.example"},
      {"a scheme in upper case", "HTTPS://app.example"},
      {"a host in upper case", "https://APP.example"},
      {"the default port", "https://app.example:443"},
      {"an empty port", "https://app.example:"},
      {"a port of another scheme", "https://app.example:80"},
      {"a port that begins with the right one", "https://other.example:84430"},
      {"a port with a zero before it", "https://other.example:08443"},
      {"no port", "https://other.example"},
      {"a slash at the end", "https://app.example/"},
      {"a path", "https://app.example/page"},
      {"a query", "https://app.example?a"},
      {"a fragment", "https://app.example#a"},
      {"the host as a user", "https://app.example@evil.example"},
      {"the host as user and password", "https://app.example:443@evil.example"},
      {"a user before it", "https://ada@app.example"},
      {"a backslash", "https://evil.example\\@app.example"},
      {"two slashes backwards", "https:\\\\app.example"},
      {"an encoded dot", "https://app%2eexample"},
      {"an encoded slash after it", "https://app.example%2f.evil.example"},
      {"null", "null"},
      {"null in upper case", "NULL"},
      {"nothing", ""},
      {"a star", "*"},
      {"a star below", "https://*.example"},
      {"two origins", "https://app.example https://evil.example"},
      {"two origins, the wrong one first", "https://evil.example https://app.example"},
      {"a list", "https://app.example, https://other.example:8443"},
      {"a tab within", "https://app.exa\tmple"},
      {"another name in punycode", "https://xn--bcher-kvb.example"},
      {"the name that the punycode means", "https://b\u00fccher.example"},
      {"a Cyrillic letter", "https://\u0430pp.example"},
      {"the punycode of a Cyrillic letter", "https://xn--pp-7lc.example"},
      {"a full-width dot", "https://app\uff0eexample"},
      {"a soft hyphen", "https://app\u00ad.example"},
      {"another spelling of the address", "http://[2001:0db8::1]:8080"},
      {"the address with a zone", "http://[2001:db8::1%25eth0]:8080"},
      {"the address without brackets", "http://2001:db8::1:8080"},
      {"this machine", "http://127.0.0.1"},
      {"this machine by its name", "http://localhost"},
      {"this machine as a number", "http://2130706433"},
      {"a file", "file://"},
      {"a file with a path", "file:///index.html"},
      {"a data URL", "data:text/html,x"},
      {"an opaque origin of a blob", "blob:https://app.example/1"},
      {"64 names", "https://" + "a.".repeat(64) + "app.example"},
      {"8,000 characters", "https://" + "a".repeat(8_000) + ".app.example"},
    };
  }

  @Test(dataProvider = "origins")
  public void aPageOfAnotherOriginGetsNoConnection(String what, String origin) {
    RawAnswer answer = rawSocket().request(RawClient.upgrade(token(), "Origin: " + origin));
    assertRefused(answer);
    assertWell();
  }

  @Test(dataProvider = "origins")
  public void aPageOfAnotherOriginMayNotCall(String what, String origin) {
    String head = "POST /v1/commands HTTP/1.1\r\nHost: a\r\n" + token() + "\r\n";
    String body =
        "{\"type\":\"chat\",\"id\":\"c1\",\"thread_id\":\"t1\",\"payload\":{\"content\":\"x\"}}";
    String length = "Content-Length: " + body.length() + "\r\nContent-Type: text/plain\r\n";
    RawClient client = rawSocket();
    RawAnswer answer = client.request(head + length + "Origin: " + origin + "\r\n\r\n" + body);
    assertRefused(answer);
    assertThat(http(ada).get("/v1/threads").json().path("threads")).isEmpty();
    assertWell();
  }

  @DataProvider
  public Object[] allowed() {
    return ALLOWED.split(",");
  }

  @Test(dataProvider = "allowed")
  public void anAllowedOriginPasses(String origin) {
    RawAnswer answer = rawSocket().request(RawClient.upgrade(token(), "Origin: " + origin));
    assertThat(answer.status()).isEqualTo(101);
  }

  private String token() {
    return "Authorization: Bearer " + gateway.tokens().of(ada);
  }

  private static void assertRefused(RawAnswer answer) {
    assertThat(answer.status()).isEqualTo(403);
    assertThat(Json.parse(answer.body()).path("code").asText()).isEqualTo("forbidden");
    assertThat(answer.headers()).doesNotContainKey("access-control-allow-origin");
  }
}
