package dev.parley.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.audit.Audit;
import dev.parley.gateway.auth.RevocationConfig;
import dev.parley.gateway.auth.Revocations;
import dev.parley.gateway.config.Reloads;
import dev.parley.gateway.live.LiveConnections;
import dev.parley.gateway.log.Commits;
import dev.parley.gateway.log.ManualClock;
import dev.parley.gateway.log.memory.MemoryLog;
import dev.parley.gateway.monitor.FigureHistory;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.UserRig;
import dev.parley.gateway.user.inbox.Broadcasts;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** How many calls of each kind one user may have under way, while the log answers none of them. */
@Test(groups = "unit")
public class UserBoundsTest {

  private static final String OF_ADA = "{\"user_id\":\"ada\"}";
  private static final String TO_ALL =
      "{\"audience\":{\"all\":true},\"notification\":{\"title\":\"t\",\"body\":\"b\"}}";

  private final Clock time = Clock.systemUTC();
  private final ManualClock ofLog = new ManualClock();
  private CountDownLatch scraping;
  private Reloads reloads;
  private UserRig rig;
  private Exchange exchange;

  @BeforeMethod(alwaysRun = true)
  public void build() {
    MemoryLog log = new MemoryLog(ofLog, IdSource.random());
    rig = UserRig.over(log, Map.of());
    reloads = new Reloads(problems -> List.of(), outcome -> {}, Duration.ofMinutes(1));
    scraping = new CountDownLatch(1);
    exchange = Exchange.ready(UserBoundsTest::verify, endpoints(log));
    ManualClock.Hold hold = ofLog.hold();
    var held = log.commit(Commits.append(Commits.T1, "a"));
    hold.awaitReached();
    assertThat(held.toCompletableFuture()).isNotDone();
    var ignored = rig.metrics.scrape().run(this::waits);
  }

  private byte[] waits() {
    try {
      scraping.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new byte[0];
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    scraping.countDown();
    ofLog.releaseAll();
    reloads.close();
    rig.close();
  }

  private Endpoint[] endpoints(MemoryLog log) {
    OperatorAccess access = new OperatorAccess(new Audit(log.audit(), time, () -> {}));
    LiveConnections live = new LiveConnections(time);
    Revocations revocations =
        new Revocations(new RevocationConfig(10, Duration.ofDays(1)), Duration.ofSeconds(5), time);
    revocations.open(log.revocations()).toCompletableFuture().join();
    Broadcasts broadcasts =
        new Broadcasts(
            rig.home, rig.services.inboxes(), IdSource.random(), rig.contexts, Duration.ofDays(1));
    return new Endpoint[] {
      new ThreadListEndpoint(log),
      new ThreadDeletionEndpoint(rig.contexts),
      new ThreadEventsEndpoint(
          new ThreadEventsEndpoint.PageSource(log, rig.pages, rig.metrics.outbound())),
      new UsersEndpoint(access, log, live, rig.services.limits()),
      new UserThreadsEndpoint(access, log),
      new UserTimelineEndpoint(access, log, rig.pages, Runnable::run),
      new AuditEndpoint(access),
      new DisconnectEndpoint(access, live),
      new EraseEndpoint(access, new EraseEndpoint.Parts(rig.log, rig.contexts, live, broadcasts)),
      new RevocationsEndpoint(access, revocations, live, time),
      new RevocationRemovalEndpoint(access, revocations),
      new ReloadEndpoint(access, reloads),
      new BroadcastsEndpoint(access, broadcasts, Set.of()),
      new BroadcastEndpoint(access, broadcasts, time),
      new MetricsEndpoint(access, rig.metrics.scrape(), false),
      new HistoryEndpoint(access, new FigureHistory(rig.metrics, 0), rig.metrics.scrape(), time),
    };
  }

  private static Principal verify(String token) {
    return new Principal(
        new UserId("default", token), "early", EnumSet.allOf(Scope.class), Instant.MAX);
  }

  @DataProvider
  public Object[][] calls() {
    return new Object[][] {
      {"GET /v1/threads", "", 4},
      {"DELETE /v1/threads/t", "", 4},
      {"GET /v1/threads/t/events", "", 8},
      {"GET /v1/users", "", 4},
      {"GET /v1/users/threads?user_id=ada", "", 4},
      {"GET /v1/users/timeline?user_id=ada&thread_id=t", "", 2},
      {"GET /v1/audit", "", 4},
      {"POST /v1/users/disconnect", OF_ADA, 4},
      {"POST /v1/users/erase", OF_ADA, 4},
      {"POST /v1/revocations", OF_ADA, 4},
      {"POST /v1/revocations/remove", OF_ADA, 4},
      {"POST /v1/reload", "", 2},
      {"POST /v1/broadcasts", TO_ALL, 4},
      {"GET /v1/broadcasts/b", "", 4},
      {"GET /v1/broadcasts/b?users=all", "", 4},
      {"DELETE /v1/broadcasts/b", "", 4},
      {"GET /metrics", "", 4},
      {"GET /v1/history", "", 2},
    };
  }

  /** The answer, if there is one by now. */
  private @Nullable String begin(String user, String call, String body) {
    String[] words = call.split(" ", -1);
    FullHttpRequest request = Exchange.request(words[0], words[1], body);
    request.headers().set("authorization", "Bearer " + user);
    EmbeddedChannel channel = exchange.begin(request);
    FullHttpResponse answer = channel.readOutbound();
    if (answer == null) {
      return null;
    }
    String text = answer.status().code() + " " + answer.content().toString(UTF_8);
    answer.release();
    return text;
  }

  @Test(dataProvider = "calls")
  public void theNextOneIsRefusedAndOthersAreNot(String call, String body, int max) {
    for (int i = 0; i < max; i++) {
      assertThat(begin("eve", call, body)).isNull();
    }
    assertThat(begin("eve", call, body))
        .startsWith("429 ")
        .contains("quota_exceeded", "too many at a time (expected: at most " + max + ")");
    assertThat(begin("bob", call, body)).isNull();
  }
}
