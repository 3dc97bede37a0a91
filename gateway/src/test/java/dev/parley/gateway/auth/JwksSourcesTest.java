package dev.parley.gateway.auth;

import static dev.parley.gateway.auth.JwksRig.NEW;
import static dev.parley.gateway.auth.JwksRig.OLD;
import static dev.parley.gateway.auth.KeyForge.jwks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.auth.JwksKeys.Refetched;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Reloadable;
import dev.parley.gateway.config.Reloadable.Change;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Key sets that are fetched from a service. */
@Test(groups = "unit", timeOut = 60_000)
public class JwksSourcesTest {

  private static final String NOTHING = "";

  private Metrics metrics;
  private volatile String set;
  private ScriptedService provider;
  private Verifications verifications;
  private JwksSources sources;

  @BeforeMethod(alwaysRun = true)
  public void open() {
    metrics = new Metrics();
    set = jwks(OLD);
    provider =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              int status = set.equals(NOTHING) ? 500 : 200;
              dialogue.send(ScriptedService.answer(status, "Connection: close\r\n", set));
            });
    Map<String, String> settings =
        Map.of("auth.jwks.timeout", "30s", "auth.verification.threads", "1");
    verifications =
        new Verifications(
            Settings.read(VerificationConfig::read, settings, new Problems()), new Metrics());
    JwksConfig config =
        new JwksConfig(Duration.ofHours(1), Duration.ofHours(1), Duration.ofSeconds(30));
    sources = new JwksSources(config, metrics.verifications());
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    sources.close();
    verifications.close();
    provider.close();
  }

  private JwksLocation location(String name, String path) {
    return new JwksLocation(name, provider.uri(path), EnumSet.allOf(PublicKeyAlgorithm.class));
  }

  /** Waits for a fetch of all sets, and uses them. */
  private void refetch() {
    refetch(sources);
  }

  private static void refetch(JwksSources sources) {
    Problems problems = new Problems();
    List<Refetched> sets = sources.refetch(problems);
    assertThat(problems.lines()).isEmpty();
    sets.forEach(each -> each.apply().run());
  }

  private long shown() {
    return metrics.figure("parley_jwks_keys");
  }

  public void issuersWithTheSameKeysShareOneSource() {
    JwksKeys keys = sources.at(location("issuers.a", "/a"));
    assertThat(sources.at(location("issuers.a", "/a"))).isSameAs(keys);
    assertThat(sources.at(location("issuers.a", "/b"))).isNotSameAs(keys);
    assertThat(sources.at(location("issuers.b", "/a"))).isNotSameAs(keys);
    assertThat(
            sources.at(
                new JwksLocation(
                    "issuers.a", provider.uri("/a"), EnumSet.of(PublicKeyAlgorithm.ES256))))
        .isNotSameAs(keys);
  }

  public void theKeysOfEachIssuerAreShown() {
    JwksKeys a = sources.at(location("issuers.a", "/a"));
    set = jwks(OLD, NEW);
    refetch();
    assertThat(a.size()).isEqualTo(2);
    assertThat(shown()).isEqualTo(2);
    sources.at(location("issuers.b", "/b"));
    refetch();
    assertThat(shown()).as("two of each").isEqualTo(4);
    sources.at(location("issuers.b", "/c"));
    refetch();
    assertThat(shown()).as("two of each location").isEqualTo(6);
  }

  public void theSetsThatCannotBeFetchedAreNamedAndTheOthersComeBack() {
    JwksLocation good = location("issuers.good", "/good");
    sources.at(good);
    refetch();
    try (ScriptedService broken =
        ScriptedService.answering("HTTP/1.1 404 x\r\nConnection: close\r\n\r\n")) {
      sources.at(new JwksLocation("issuers.bad", broken.uri("/jwks?key=hush"), good.algorithms()));
      Problems problems = new Problems();
      assertThat(sources.refetch(problems)).hasSize(1);
      assertThat(problems.lines())
          .containsExactly(
              "issuers.bad.jwks_url: 127.0.0.1 (expected: a key set; IllegalStateException: status"
                  + " 404 (expected: 200))");
    }
  }

  public void aClosedOneHasNoKeyAndNoSet() {
    JwksKeys keys = sources.at(location("issuers.a", "/a"));
    refetch();
    assertThat(keys.size()).isEqualTo(1);
    sources.close();
    assertThat(keys.size()).isZero();
    assertThat(shown()).isZero();
    assertThat(sources.refetch(new Problems())).isEmpty();
  }

  /** It waits for the first repetition, of one second. */
  public void aFetchThatFailsIsRepeatedOnADaemonThatEndsWithIt() throws Exception {
    Set<Thread> before = timers();
    CountDownLatch asked = new CountDownLatch(2);
    try (ScriptedService broken =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              asked.countDown();
              dialogue.send(ScriptedService.answer(503, "Connection: close\r\n", ""));
            })) {
      assertThat(timers()).isEqualTo(before);
      sources.at(
          new JwksLocation("issuers.a", broken.uri(), EnumSet.allOf(PublicKeyAlgorithm.class)));
      assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
      Set<Thread> own = timers();
      own.removeAll(before);
      assertThat(own).hasSize(1).allMatch(Thread::isDaemon);
      sources.close();
      for (Thread each : own) {
        each.join();
      }
    }
  }

  private static Set<Thread> timers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(each -> each.getName().equals("jwks"))
        .collect(Collectors.toCollection(HashSet::new));
  }

  private JwtConfig jwt() {
    Problems problems = new Problems();
    JwtConfig config =
        Settings.read(
            JwtConfig::read,
            Map.of(
                "auth.jwt.issuer",
                "https://id",
                "auth.jwt.jwks_url",
                provider.uri("/jwks").toString()),
            problems);
    assertThat(problems.lines()).isEmpty();
    return config;
  }

  private static String token(String kid) {
    String claims = "{\"sub\":\"ada\",\"exp\":1800000600,\"iss\":\"https://id\"}";
    String header = ",\"kid\":\"" + kid + "\"";
    return kid.equals("old")
        ? KeyForge.signed(PublicKeyAlgorithm.ES256, KeyForge.P256, header, claims)
        : KeyForge.signed(PublicKeyAlgorithm.RS256, KeyForge.RSA, header, claims);
  }

  public void aReloadBringsTheKeysThatAreThereNow() {
    JwtConfig jwt = jwt();
    CurrentVerifier verifier =
        new CurrentVerifier(
            jwt, verifications, new SetClock(() -> Instant.ofEpochSecond(1_800_000_000L)));
    Reloadable keys = verifier.with(jwt);
    assertThat(keys.name()).isEqualTo("auth");
    keys.prepare(new Problems()).orElseThrow().apply().run();
    assertThat(Forge.user(verifier, token("old")).user().subject()).isEqualTo("ada");
    assertThat(verifications.cache().size()).isEqualTo(1);
    Change same = keys.prepare(new Problems()).orElseThrow();
    assertThat(same.isNew()).isFalse();
    same.apply().run();
    assertThat(verifications.cache().size()).isEqualTo(1);
    set = jwks(NEW);
    Change other = keys.prepare(new Problems()).orElseThrow();
    assertThat(other.isNew()).isTrue();
    other.apply().run();
    assertThat(verifications.cache().size()).isZero();
    assertThat(Verified.of(verifier.verify(token("old"), "test")).join().user()).isNull();
    assertThat(Forge.user(verifier, token("new")).user().subject()).isEqualTo("ada");
  }

  public void aReloadWithoutTheSetChangesNothing() {
    JwtConfig jwt = jwt();
    CurrentVerifier verifier =
        new CurrentVerifier(
            jwt, verifications, new SetClock(() -> Instant.ofEpochSecond(1_800_000_000L)));
    verifier.with(jwt).prepare(new Problems()).orElseThrow().apply().run();
    set = NOTHING;
    Problems problems = new Problems();
    Optional<Change> none = verifier.with(jwt).prepare(problems);
    assertThat(none).isEmpty();
    assertThat(problems.lines())
        .containsExactly(
            "auth.jwt.jwks_url: 127.0.0.1 (expected: a key set; IllegalStateException: status 500"
                + " (expected: 200))");
    assertThat(Forge.user(verifier, token("old")).user().subject()).isEqualTo("ada");
  }

  /** A fetch removes the key of a token that waits to be verified; no reload is needed for it. */
  public void aTokenWhoseKeyIsRemovedByAFetchMeanwhileIsRefused() throws Exception {
    Map<String, String> url =
        Map.of("auth.jwt.jwks_url", provider.uri("/").toString(), "auth.jwt.issuer", "id");
    JwtVerifier verifier =
        new JwtVerifier(
            Settings.read(JwtConfig::read, url, new Problems()),
            verifications,
            new SetClock(() -> Instant.ofEpochSecond(1_800_000_000L)));
    refetch(verifications.keySets());
    String token =
        KeyForge.signed(
            PublicKeyAlgorithm.ES256,
            KeyForge.P256,
            ",\"kid\":\"old\"",
            "{\"iss\":\"id\",\"sub\":\"ada\",\"exp\":1800000600}");
    CountDownLatch began = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    var ignored = verifications.pool().submit("other", () -> hold(began, end));
    began.await();
    CompletableFuture<Principal> waiting = verifier.verify(token, "client").toCompletableFuture();
    set = jwks(NEW);
    refetch(verifications.keySets());
    end.countDown();
    assertThat(waiting).failsWithin(Duration.ofSeconds(30));
    assertThat(verifications.cache().size()).isZero();
  }

  private static boolean hold(CountDownLatch began, CountDownLatch end) {
    began.countDown();
    try {
      return end.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
