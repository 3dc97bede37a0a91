package dev.parley.gateway.tests.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.report.Figures;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Exposition;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Leftovers;
import dev.parley.gateway.tests.support.Parallel;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.testng.annotations.Test;

/** Promise 21: contexts, connections and their account together, while many users come and go. */
@BusinessValue(
    segment = "everyone",
    goal = "Trust",
    valueImpact =
        "However many people come and go at once, each sees what is theirs, and all can come back",
    strategicImpact = "The gateway runs for months: what a visit takes is given back at its end")
@Test(groups = {"websocket", "multi_user"})
public class P21ConnectionIntegration extends GatewayTest {
  private static final int THREADS = 8;
  private static final int USERS = 200;
  private static final int VISITS = 3;

  @Override
  protected Map<String, String> settings() {
    return Map.of("limits.unauthenticated_per_address", "1000");
  }

  public void manyUsersComeAndGoWithoutALeakAndWithoutCrossTalk() throws Exception {
    gateway.awaitContexts(0);
    Exposition before = Exposition.of(gateway);
    Leftovers leftovers = Leftovers.fromNow();
    List<Integer> visits = IntStream.range(0, USERS * VISITS).boxed().toList();
    long begin = System.nanoTime();
    Parallel.map(THREADS, visits, i -> visit(user(i % USERS), gateway.tokens()::of, i / USERS));
    Figures.report("visits", visits.size() * 1e9 / (System.nanoTime() - begin), "/s");
    gateway.awaitNoConnection();
    gateway.awaitContexts(0);
    leftovers.awaitNone();
    assertThat(gateway.metrics().figure("parley_outbound_bytes")).isZero();
    assertThat(gateway.metrics().figure("parley_page_bytes")).isZero();
    Exposition after = Exposition.of(gateway);
    assertThat(growth(before, after, "parley_connections_opened_total")).isEqualTo(visits.size());
    assertThat(growth(before, after, "parley_connections_closed_total")).isEqualTo(visits.size());
    assertThat(growth(before, after, "parley_users_left_total"))
        .isEqualTo(growth(before, after, "parley_users_entered_total"));
    Parallel.map(THREADS, IntStream.range(0, USERS).boxed().toList(), i -> seesItsOwn(user(i)));
  }

  private String user(int number) {
    return ada + "-" + number;
  }

  private static double growth(Exposition before, Exposition after, String name) {
    return after.sum(name) - before.sum(name);
  }

  /** Connects, writes, starts a run in the first visit, and leaves in one of three ways. */
  private boolean visit(String user, Function<String, String> tokens, int number) {
    WsClient client = WsClient.open(gateway.address(), tokens.apply(user));
    client.ask(Commands.chat("visit-" + number, "t1", user + " " + number));
    client.readAll("t1");
    if (number == 0) {
      client.say("t2", "count slowly to 5");
    }
    assertOwn(client, user);
    switch ((user.hashCode() + number) & 1) {
      case 0 -> client.close();
      default -> client.cut();
    }
    return true;
  }

  private static void assertOwn(WsClient client, String user) {
    assertThat(client.received())
        .filteredOn(frame -> frame.type().equals("message_added") && frame.thread().equals("t1"))
        .allMatch(frame -> frame.text("content").startsWith(user + " "));
    assertThat(client.received().get(0).text("user_id")).isEqualTo(user);
  }

  private boolean seesItsOwn(String user) {
    try (WsClient client = gateway.connect(user)) {
      assertThat(client.readAll("t1").events())
          .extracting(event -> event.text("content"))
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, VISITS).mapToObj(i -> user + " " + i).toList());
      assertThat(client.readAll("t2").events())
          .filteredOn(Received::isTerminal)
          .extracting(Received::type)
          .containsExactly("agent_completed");
    }
    return true;
  }

  public void aUserOfTheSameNameInManyTenantsIsManyUsers() throws Exception {
    List<String> tenants = IntStream.range(0, 40).mapToObj(i -> ada + "-tenant-" + i).toList();
    Parallel.map(
        THREADS, tenants, tenant -> write(gateway.tokens().of(tenant, "sam"), "only in " + tenant));
    Parallel.map(
        THREADS,
        tenants,
        tenant -> {
          try (WsClient client = WsClient.open(gateway.address(), token(tenant))) {
            assertThat(client.readAll("t1").events())
                .extracting(event -> event.text("content"))
                .containsExactly("only in " + tenant);
          }
          return true;
        });
  }

  private String token(String tenant) {
    return gateway.tokens().of(tenant, "sam");
  }

  private boolean write(String token, String text) {
    try (WsClient client = WsClient.open(gateway.address(), token)) {
      client.ask(Commands.chat("c1", "t1", text));
    }
    return true;
  }

  public void afterManyBrokenVisitsTheWholeQuotaOfConnectionsIsFree() throws Exception {
    List<Integer> visits = IntStream.range(0, 400).boxed().toList();
    Parallel.map(THREADS, visits, i -> broken(user(i % 20)));
    gateway.awaitNoConnection();
    for (int user = 0; user < 20; user++) {
      for (int i = 0; i < 5; i++) {
        connect(user(user));
      }
    }
    assertThat(gateway.metrics().openConnections()).isEqualTo(100);
  }

  /** At most one of a user at a time may be refused, for its quota. */
  private boolean broken(String user) {
    RawClient client = RawClient.open(gateway.address());
    String token = gateway.tokens().of(user);
    assertThat(client.request(RawClient.upgrade("Authorization: Bearer " + token)).status())
        .isIn(101, 429);
    client.sendWhileOpen(new byte[] {(byte) 0x81, (byte) 0xfe}); // The begin of a frame.
    client.reset();
    return true;
  }

  public void theGatewayIsHealthyAllTheTime() throws Exception {
    AtomicBoolean isOver = new AtomicBoolean();
    Queue<String> answers = new ConcurrentLinkedQueue<>();
    CompletableFuture<Void> watch =
        Parallel.run(
            () -> {
              do {
                answers.add(health());
              } while (!isOver.get());
            });
    List<Integer> users = IntStream.range(0, 60).boxed().toList();
    Parallel.map(THREADS, users, i -> visit(bob + "-" + i, gateway.tokens()::of, 1));
    isOver.set(true);
    watch.join();
    assertThat(answers).isNotEmpty().allMatch(body -> body.startsWith("{\"status\":\"ready\""));
  }

  private String health() {
    try (RawClient client = RawClient.open(gateway.address())) {
      return client.request("GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").body();
    }
  }
}
