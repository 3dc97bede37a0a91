package dev.parley.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.auth.Verified;
import dev.parley.gateway.limit.ByteAccount;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.UserRig;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Pages over HTTP and pages of connections share one budget and one account of bytes. */
@Test(groups = "unit")
public class PageInFlightTest {

  private static final UserId ADA = new UserId("default", "ada");
  private static final int EVENTS = 10;
  private static final long BOUND = 1000;

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private ByteAccount outbound;
  private UserRig rig;
  private Peer reader;
  private ThreadEventsEndpoint endpoint;

  @BeforeMethod(alwaysRun = true)
  public void connect() {
    rig = new UserRig();
    outbound = new ByteAccount(BOUND);
    reader = rig.connect();
    for (int i = 1; i <= EVENTS; i++) {
      reader.chat("c" + i, "t", "x".repeat(1000));
    }
    ThreadEventsEndpoint.PageSource source =
        new ThreadEventsEndpoint.PageSource(rig.log, rig.pages, outbound);
    endpoint = new ThreadEventsEndpoint(source);
  }

  @AfterMethod(alwaysRun = true)
  public void nothingIsHeldAtTheEnd() {
    assertThat(rig.pages.held()).isZero();
    assertThat(outbound.held()).isZero();
    assertThat(outbound.find(ADA.tenant(), ADA.subject())).isEmpty();
    rig.close();
    channel.finishAndReleaseAll();
  }

  private static Verified user() {
    return new Verified(new Principal(ADA, "early", Set.of(Scope.CHAT), Instant.MAX), null);
  }

  private CompletableFuture<Response> page() {
    return page(Runnable::run);
  }

  private CompletableFuture<Response> page(Executor loop) {
    FullHttpRequest http = Exchange.request("GET", "/v1/threads/t/events", "");
    http.headers().set("authorization", "Bearer ada");
    InetSocketAddress peer = new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000);
    Request request = new Request(http, peer, loop, Map.of("thread_id", "t"), user(), bearer -> {});
    return endpoint.answer(request).toCompletableFuture();
  }

  private Response answer(CompletableFuture<Response> page) {
    rig.settle();
    Response response = page.join();
    assertThat(response.status().code()).isEqualTo(200);
    return response;
  }

  private void taken(Response response) {
    response.sent(channel.newSucceededFuture());
  }

  public void aPageOverHttpWaitsWhileAReadersPageHoldsTheRoom() {
    rig.log.read.holdAnswers();
    reader.subscribe("t", 0);
    CompletableFuture<Response> page = page();
    rig.settle();
    assertThat(rig.log.read.held()).isEqualTo(1);
    assertThat(page).isNotDone();
    rig.log.read.release();
    taken(answer(page));
    assertThat(reader.seen.seqs("t")).endsWith((long) EVENTS);
  }

  public void aReaderWaitsWhilePagesOverHttpHoldTheRoom() {
    reader.seen.clear();
    rig.log.read.holdAnswers();
    CompletableFuture<Response> first = page();
    CompletableFuture<Response> second = page();
    reader.subscribe("t", 0);
    assertThat(rig.log.read.held()).isEqualTo(2);
    rig.log.read.release();
    taken(answer(first));
    taken(answer(second));
    rig.settle();
    assertThat(reader.seen.seqs("t")).hasSize(EVENTS);
  }

  public void theBytesCountInTheBudgetUntilTheyAreWritten() {
    Response response = answer(page());
    assertThat(rig.pages.held()).isBetween(EVENTS * 1000L, EVENTS * 1500L);
    taken(response);
    assertThat(rig.pages.held()).isZero();
    assertThat(outbound.highest()).isZero();
  }

  public void theBytesThatTheSocketDoesNotTakeCountInTheAccountOfTheUser() {
    Response response = answer(page());
    ChannelPromise written = channel.newPromise();
    response.sent(written);
    assertThat(rig.pages.held()).isZero();
    assertThat(outbound.find(ADA.tenant(), ADA.subject()))
        .map(ByteAccount::held)
        .contains((long) response.length());
    assertThat(written.tryFailure(new IllegalStateException("the socket is gone"))).isTrue();
  }

  public void aPageWithoutAnAnswerLeavesTheBudget() {
    CompletableFuture<Response> page =
        page(
            task -> {
              throw new RejectedExecutionException("the loop has ended");
            });
    rig.settle();
    assertThat(page).isCompletedExceptionally();
    assertThat(rig.pages.highest()).isPositive();
  }

  public void pagesAreSmallWhileTooManyBytesWait() {
    ByteAccount other = outbound.open("other", "bob", "c_2");
    other.add(BOUND);
    Response small = answer(page());
    other.close();
    Response whole = answer(page());
    assertThat(small.length()).isBetween(1_000, 6_000);
    assertThat(whole.length()).isGreaterThan(EVENTS * 1000);
    taken(small);
    taken(whole);
  }
}
