package dev.parley.gateway.auth;

import static dev.parley.gateway.auth.JwksRig.CONFIG;
import static dev.parley.gateway.auth.JwksRig.FOUND;
import static dev.parley.gateway.auth.JwksRig.NEW;
import static dev.parley.gateway.auth.JwksRig.OLD;
import static dev.parley.gateway.auth.JwksRig.outcome;
import static dev.parley.gateway.auth.KeyForge.jwks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.parley.gateway.auth.JwksKeys.Refetched;
import dev.parley.gateway.protocol.ErrorCode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.LoggerFactory;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Key sets that an operator has fetched again, and what the log says of each fetch. */
@Test(groups = "unit")
public class JwksRefetchTest {

  private final Logger logger = (Logger) LoggerFactory.getLogger(JwksKeys.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private JwksRig rig;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    rig = new JwksRig();
    lines.list.clear();
    lines.start();
    logger.addAppender(lines);
    logger.setAdditive(false);
    logger.setLevel(Level.INFO);
  }

  @AfterMethod(alwaysRun = true)
  public void end() {
    logger.detachAppender(lines);
    logger.setAdditive(true);
    logger.setLevel(null);
  }

  private void startWith(String... keys) {
    rig.keys.start();
    rig.answer(jwks(keys));
  }

  private Refetched refetch(String... keys) {
    CompletableFuture<Refetched> fetched = rig.keys.refetch();
    rig.answer(jwks(keys));
    return fetched.join();
  }

  private List<String> log() {
    List<String> texts = lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    lines.list.clear();
    return texts;
  }

  public void aSetWithOtherKeysIsNew() {
    assertThat(refetch(OLD).isNew()).as("there was none").isTrue();
    startWith(OLD);
    assertThat(refetch(OLD).isNew()).isFalse();
    assertThat(refetch(OLD, NEW).isNew()).as("one more").isTrue();
    assertThat(refetch(NEW).isNew()).isTrue();
    refetch(OLD, NEW).apply().run();
    assertThat(refetch(NEW, OLD).isNew()).isFalse();
    assertThat(refetch(OLD).isNew()).as("one less").isTrue();
  }

  public void nothingCountsBeforeItIsApplied() {
    startWith(OLD);
    long generation = rig.keys.generation();
    Refetched set = refetch(NEW);
    assertThat(rig.find("ES256", "old")).isEqualTo(FOUND);
    set.apply().run();
    assertThat(rig.find("RS256", "new")).isEqualTo(FOUND);
    assertThat(rig.find("ES256", "old")).isNotEqualTo(FOUND);
    assertThat(rig.keys.generation()).isEqualTo(generation + 1);
    assertThat(rig.count("parley_jwks_fetches_total", "fetched")).isEqualTo(2);
  }

  public void theNextFetchInTimeIsCountedFromIt() {
    startWith(OLD);
    rig.pass(Duration.ofMinutes(1));
    refetch(OLD).apply().run();
    assertThat(rig.begun).isEqualTo(2);
    rig.pass(CONFIG.refresh().minusSeconds(1));
    assertThat(rig.begun).isEqualTo(2);
    rig.pass(Duration.ofSeconds(1));
    assertThat(rig.begun).isEqualTo(3);
  }

  public void aFetchForATokenPutsOffTheNextInTime() {
    startWith(OLD);
    rig.pass(Duration.ofMinutes(1));
    assertThat(rig.find("RS256", "new")).isNull();
    rig.answer(jwks(OLD));
    assertThat(rig.begun).isEqualTo(2);
    rig.pass(CONFIG.refresh().minusSeconds(1));
    assertThat(rig.begun).isEqualTo(2);
    rig.pass(Duration.ofSeconds(1));
    assertThat(rig.begun).isEqualTo(3);
  }

  public void aFetchThatBeganEarlierDoesNotReplaceALaterOne() {
    CompletableFuture<Refetched> first = rig.keys.refetch();
    CompletableFuture<Refetched> second = rig.keys.refetch();
    rig.answer(jwks(OLD));
    rig.answer(jwks(NEW));
    second.join().apply().run();
    first.join().apply().run();
    assertThat(rig.find("RS256", "new")).isEqualTo(FOUND);
    assertThat(rig.find("ES256", "old")).isNotEqualTo(FOUND);
  }

  public void aFetchInTimeThatBeganEarlierDoesNotBringARemovedKeyBack() {
    rig.keys.start();
    CompletableFuture<byte[]> late = rig.fetches.remove();
    refetch(NEW).apply().run();
    rig.fetches.add(late);
    rig.answer(jwks(OLD));
    assertThat(rig.find("RS256", "new")).isEqualTo(FOUND);
    assertThat(rig.find("ES256", "old")).isNotEqualTo(FOUND);
  }

  public void aFailureIsToldAndCountedAndThePresentKeysStay() {
    startWith(OLD);
    CompletableFuture<Refetched> fetched = rig.keys.refetch();
    rig.fail();
    assertThat(JwksKeys.reason(catchThrowable(fetched::join))).isEqualTo("IOException: no route");
    assertThat(rig.find("ES256", "old")).isEqualTo(FOUND);
    assertThat(rig.count("parley_jwks_fetches_total", "failed")).isEqualTo(1);
  }

  public void aReasonIsThatOfTheFirstCause() {
    assertThat(JwksKeys.reason(null)).isEqualTo("unknown");
    assertThat(JwksKeys.reason(new IOException("x", new IllegalStateException("y"))))
        .isEqualTo("IOException: x");
    assertThat(JwksKeys.reason(new CompletionException("late", null)))
        .isEqualTo("CompletionException: late");
    assertThat(JwksKeys.reason(new IOException())).isEqualTo("IOException: null");
  }

  public void aClosedOneTakesNoKeyAnyMore() {
    startWith(OLD);
    CompletionStage<List<SignatureCheck>> before = rig.keys.find("ES256", "old");
    Refetched set = refetch(NEW);
    rig.keys.close();
    set.apply().run();
    assertThat(outcome(before)).isEqualTo(FOUND);
    assertThat(rig.find("RS256", "new")).isEqualTo(ErrorCode.OVERLOADED);
    assertThat(rig.keys.size()).isZero();
  }

  /** A line for each fetch would hide the others. */
  public void theLogSaysWhenKeysChangeAndWhenFetchesFail() {
    startWith(OLD, NEW);
    assertThat(log()).containsExactly("auth.jwt: 2 keys of id.example");
    rig.pass(CONFIG.refresh());
    rig.answer(jwks(OLD, NEW));
    assertThat(log()).as("the same").isEmpty();
    rig.pass(CONFIG.refresh());
    rig.answer(jwks(OLD));
    assertThat(log()).containsExactly("auth.jwt: 1 keys of id.example");
    rig.pass(CONFIG.refresh());
    rig.fail();
    assertThat(log())
        .containsExactly(
            "auth.jwt: the key set of id.example was not fetched, again in 10 s: IOException: no"
                + " route");
    rig.pass(Duration.ofSeconds(JwksKeys.MIN_SECONDS));
    rig.answer(jwks(OLD));
    assertThat(log()).as("again").containsExactly("auth.jwt: 1 keys of id.example");
  }
}
