package dev.parley.gateway.agent.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.HeaderLine;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit", timeOut = 60_000)
public class UpstreamConfigTest {

  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private static UpstreamConfig read(Map<String, String> values, Problems problems) {
    Map<String, String> named = new HashMap<>();
    values.forEach((key, value) -> named.put("agents.x." + key, value));
    return Settings.read(settings -> UpstreamConfig.read("x", settings), named, problems);
  }

  private static List<String> problemsOf(Map<String, String> values) {
    Problems problems = new Problems();
    var ignored = read(values, problems);
    return problems.lines();
  }

  public void defaults() {
    Problems problems = new Problems();
    assertThat(read(Map.of(), problems))
        .isEqualTo(
            new UpstreamConfig(
                Duration.ofSeconds(10),
                Duration.ofMinutes(2),
                Duration.ofMinutes(2),
                2,
                1000,
                List.of(),
                Optional.empty(),
                List.of(),
                IdentityMode.NONE,
                Secret.of("")));
    assertThat(problems.lines()).isEmpty();
  }

  public void fullMapping() {
    Problems problems = new Problems();
    UpstreamConfig config =
        read(
            Map.of(
                "connect_timeout", "1s",
                "first_byte_timeout", "2s",
                "idle_timeout", "3s",
                "retries", "1",
                "concurrency", "8",
                "headers", "X-One: 1, X-Two: a, b",
                "proxy", "http://me:pass@127.0.0.1:3128",
                "identity", "jwt",
                "identity_secret", SECRET),
            problems);
    assertThat(problems.lines()).isEmpty();
    assertThat(config)
        .isEqualTo(
            new UpstreamConfig(
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                1,
                8,
                List.of(
                    new HeaderLine("X-One", Secret.of("1")),
                    new HeaderLine("X-Two", Secret.of("a, b"))),
                Optional.of(new ForwardProxy("127.0.0.1", 3128, Optional.of(Secret.of("me:pass")))),
                List.of(),
                IdentityMode.JWT,
                Secret.of(SECRET)));
    assertThat(config.toString()).doesNotContain("pass", SECRET, "a, b");
  }

  @DataProvider
  public Object[][] wrong() {
    return new Object[][] {
      {"retries", "3", "agents.x.retries: 3 (expected: an integer from 0 to 2;"},
      {"concurrency", "1", "agents.x.concurrency: 1 (expected: an integer from 2 to 100000;"},
      {"idle_timeout", "1ms", "agents.x.idle_timeout: 1ms (expected: a duration from 10ms"},
      {"headers", "Authorization", "agents.x.headers: *** (expected: headers, each written"},
      {"headers", "A:b", "agents.x.headers: *** (expected: headers, each written"},
      {"headers", "A: \u00e4", "agents.x.headers: *** (expected: headers, each written"},
      {"headers", "A: b\r\nB: c\u0001", "agents.x.headers: *** (expected: headers, each written"},
      {"headers", "Host: y", "agents.x.headers: Host (expected: no header that HTTP or"},
      {"headers", "content-length: 1", "agents.x.headers: content-length (expected: no header"},
      {"headers", "Transfer-Encoding: x", "agents.x.headers: Transfer-Encoding (expected: no"},
      {"headers", "Parley-User: eve", "agents.x.headers: Parley-User (expected: no header"},
      {"headers", "A: b,a: c", "agents.x.headers: a (expected: each header once)"},
      {"headers_file", "/no/such/file", "agents.x.headers_file: /no/such/file (expected: a read"},
      {"proxy", "socks://127.0.0.1:1", "agents.x.proxy: *** (expected: http://host:port or"},
      {"proxy", "http://127.0.0.1", "agents.x.proxy: *** (expected: http://host:port or"},
      {"ca_file", "/no/such/file", "agents.x.ca_file: /no/such/file (expected: a readable PEM"},
      {"identity", "basic", "agents.x.identity: basic (expected: none or headers or jwt;"},
      {"identity", "jwt", "agents.x.identity_secret: not set (expected: a secret, because"},
      {"identity_secret", SECRET, "agents.x.identity_secret: *** (expected: no secret, because"},
      {"identity_secret", "short", "agents.x.identity_secret: *** (expected: at least 32 bytes;"}
    };
  }

  @Test(dataProvider = "wrong")
  public void validations(String key, String value, String problem) {
    assertThat(problemsOf(Map.of(key, value))).first().asString().startsWith(problem);
  }

  public void aFileWithoutCertificatesIsRefused() throws IOException {
    Path file = Files.createTempFile("ca", ".pem");
    Files.writeString(file, "no certificate");
    assertThat(problemsOf(Map.of("ca_file", file.toString()))).hasSize(1);
    Files.delete(file);
  }

  public void headersMayAlsoBeInAFileOneInALine() throws IOException {
    Path file = Files.createTempFile("headers", ".txt");
    Files.writeString(file, "X-One: 1\n\nX-Two:  a, B: c \n");
    Problems problems = new Problems();
    UpstreamConfig config =
        read(Map.of("headers", "X-Zero: 0", "headers_file", file.toString()), problems);
    Files.delete(file);
    assertThat(problems.lines()).isEmpty();
    assertThat(config.headers())
        .containsExactly(
            new HeaderLine("X-Zero", Secret.of("0")),
            new HeaderLine("X-One", Secret.of("1")),
            new HeaderLine("X-Two", Secret.of("a, B: c")));
  }

  @DataProvider
  public Object[][] headerFiles() {
    return new Object[][] {
      {"agents:\n  x:\n    headers:\n      X-One: 1\n      X-Two: 'a, B: c'\n"},
      {"agents.x.headers: {X-One: 1, X-Two: 'a, B: c'}\n"}
    };
  }

  @Test(dataProvider = "headerFiles")
  public void headersAreAMappingInTheFile(String yaml) throws IOException {
    Path folder = Files.createTempDirectory("settings");
    Path file = folder.resolve(Settings.FILE);
    Files.writeString(file, yaml);
    Problems problems = new Problems();
    UpstreamConfig config =
        Settings.read(
            settings -> UpstreamConfig.read("x", settings),
            new Settings.Sources(List.of(), Map.of(), folder),
            problems);
    Files.delete(file);
    Files.delete(folder);
    assertThat(problems.lines()).isEmpty();
    assertThat(config.headers())
        .containsExactly(
            new HeaderLine("X-One", Secret.of("1")), new HeaderLine("X-Two", Secret.of("a, B: c")));
  }

  @DataProvider
  public Object[][] urls() {
    return new Object[][] {
      {"http://127.0.0.1:1234/v1", true},
      {"https://api.example.com", true},
      {"HTTP://[::1]:80/x?y=1", true},
      {"ftp://example.com", false},
      {"http://", false},
      {"http:///path", false},
      {"example.com", false},
      {"http://user:pass@example.com", false},
      {"http://example.com/#x", false},
      {"http://example.com:99999", false},
      {"http://exa mple.com", false}
    };
  }

  @Test(dataProvider = "urls")
  public void theUrlOfAServiceIsHttpWithAHost(String url, boolean usable) {
    assertThat(ServiceUrl.PARSER.parse(url).isPresent()).isEqualTo(usable);
  }
}
