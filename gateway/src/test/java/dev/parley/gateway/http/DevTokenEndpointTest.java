package dev.parley.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.auth.IssuerConfig;
import dev.parley.gateway.auth.JwtConfig;
import dev.parley.gateway.auth.JwtVerifier;
import dev.parley.gateway.auth.TokenSigner;
import dev.parley.gateway.auth.Verified;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.http.Exchange.Answer;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import io.netty.handler.codec.http.FullHttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class DevTokenEndpointTest {

  private static final String KEY = "the-key-of-this-start";

  private final Secret secret = Secret.of("a secret of thirty-two bytes ok!");
  private final Clock clock = Clock.fixed(Exchange.NOW, ZoneOffset.UTC);
  private Exchange exchange;

  @BeforeMethod(alwaysRun = true)
  public void build() {
    TokenSigner signer = new TokenSigner(secret, EnumSet.of(Scope.CHAT, Scope.AGENT), clock);
    exchange = Exchange.ready(new DevTokenEndpoint(Secret.of(KEY), signer));
  }

  @DataProvider
  public Object[][] bodies() {
    return new Object[][] {
      {"", "dev", "early"},
      {"{}", "dev", "early"},
      {"{\"sub\":\"ada\"}", "ada", "early"},
      {"{\"tier\":\"mid\",\"sub\":\"Ada L.\"}", "Ada L.", "mid"},
    };
  }

  @Test(dataProvider = "bodies")
  public void signsATokenThatTheVerifierAccepts(String body, String sub, String tier) {
    Answer answer = exchange.send(asking(body));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("cache-control")).isEqualTo("no-store");
    assertThat(answer.body()).endsWith("\",\"expires_at\":\"2026-11-03T22:00:00Z\"}");
    Principal bearer = verify(answer.body().split("\"", -1)[3]);
    assertThat(bearer.user().subject()).isEqualTo(sub);
    assertThat(bearer.tier()).isEqualTo(tier);
    assertThat(bearer.scopes()).containsExactlyInAnyOrder(Scope.CHAT, Scope.AGENT);
  }

  @DataProvider
  public Object[][] badBodies() {
    return new Object[][] {
      {"[]", "\"field\":\"\""},
      {"{\"sub\":", "\"field\":\"\""},
      {"{} {}", "\"field\":\"\""},
      {"\uFEFF{}", "\"field\":\"\""},
      {"{\"sub\":\"a\",\"sub\":\"b\"}", "\"field\":\"\""},
      {"{\"name\":\"ada\"}", "field: name (expected: sub or tier)"},
      {"{\"a/b\":1}", "\"field\":\"/a~1b\""},
      {"{\"sub\":7}", "sub: 7 (expected: a string)"},
      {"{\"sub\":null}", "\"field\":\"/sub\""},
      {"{\"sub\":\"\"}", "\"field\":\"/sub\""},
      {"{\"tier\":\"Mid!\"}", "tier: Mid! (expected: 1 to 64 of a-z 0-9 -)"},
    };
  }

  @Test(dataProvider = "badBodies")
  public void refusesABadBodyByField(String body, String expected) {
    Answer answer = exchange.send(asking(body));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("\"code\":\"invalid_argument\"", expected);
  }

  public void refusesALargeBody() {
    assertThat(exchange.send(asking(" ".repeat(4097))).status()).isEqualTo(413);
  }

  @DataProvider
  public Object[][] badKeys() {
    return new Object[][] {
      {""}, {KEY}, {"Bearer"}, {"Bearer x"}, {"Basic " + KEY}, {"Bearer " + KEY + "x"}
    };
  }

  @Test(dataProvider = "badKeys")
  public void refusesCallersWithoutTheKey(String authorization) {
    FullHttpRequest request = asking("");
    request.headers().set("authorization", authorization);
    Answer answer = exchange.send(request);
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.header("www-authenticate")).isEqualTo("Bearer");
    assertThat(answer.body()).contains("\"code\":\"unauthenticated\"").doesNotContain(KEY);
  }

  @DataProvider
  public Object[][] proxies() {
    return new Object[][] {
      {"Forwarded", "for=1.2.3.4"},
      {"X-Forwarded-For", "1.2.3.4"},
      {"x-forwarded-PROTO", "https"},
      {"Via", "1.1 proxy"},
      {"X-Real-IP", "1.2.3.4"},
      {"CF-Connecting-IP", "1.2.3.4"},
      {"True-Client-IP", "1.2.3.4"},
      {"Host", "gateway.example"},
      {"Host", "localhost.evil.example:8080"},
      {"Host", "127.0.0.1.evil.example"},
      {"Host", "localhost:8080@evil.example"},
    };
  }

  @Test(dataProvider = "proxies")
  public void refusesOtherHostsAndProxies(String header, String value) {
    FullHttpRequest request = asking("");
    request.headers().set(header, value);
    Answer answer = exchange.send(request);
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.body()).contains("header " + (header.equals("Host") ? "Host" : ""));
  }

  @DataProvider
  public Object[][] hosts() {
    return new Object[][] {{"localhost"}, {"LocalHost:1"}, {"127.0.0.1:65535"}, {"[::1]:8080"}};
  }

  @Test(dataProvider = "hosts")
  public void acceptsEveryNameOfThisMachine(String host) {
    FullHttpRequest request = asking("");
    request.headers().set("host", host);
    assertThat(exchange.send(request).status()).isEqualTo(200);
  }

  public void refusesAnotherMachine() {
    assertThat(exchange.from("192.0.2.7").send(asking("")).status()).isEqualTo(403);
    assertThat(exchange.from("::1").send(asking("")).status()).isEqualTo(200);
  }

  public void takesPostOnly() {
    assertThat(exchange.get("/dev/token").header("allow")).isEqualTo("POST, OPTIONS");
  }

  public void aQueryIsRefused() {
    assertThat(exchange.send(asking("/dev/token?sub=ada", "")).status()).isEqualTo(400);
  }

  private static FullHttpRequest asking(String body) {
    return asking("/dev/token", body);
  }

  private static FullHttpRequest asking(String target, String body) {
    FullHttpRequest request = Exchange.request("POST", target, body);
    request.headers().set("authorization", "Bearer " + KEY);
    return request;
  }

  private Principal verify(String token) {
    JwtConfig config = new JwtConfig(List.of(IssuerConfig.of(secret)), Duration.ZERO);
    return Verified.of(new JwtVerifier(config, clock).verify(token, "test")).join().require();
  }
}
