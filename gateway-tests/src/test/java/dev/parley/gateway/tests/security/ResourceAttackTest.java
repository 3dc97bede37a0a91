package dev.parley.gateway.tests.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.report.Attack;
import dev.parley.gateway.tests.report.Figures;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.TestHttp;
import dev.parley.gateway.tests.support.WsClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * One user makes each command and each call 32 at a time, again and again, while another user of
 * another tenant sends commands. How long these take is reported, and fenced at ten times what is
 * aimed at; how much of the store each call reads is fenced as well, which depends on no clock.
 */
@Attack("resources")
@Test(groups = {"security", "performance"})
public class ResourceAttackTest extends AttackTest {
  private static final int IN_FLIGHT = 32;
  private static final int COMMANDS = 10;

  /**
   * Ten times the 300 ms in which half of the commands of others are answered on a busy machine.
   */
  private static final double FENCE_MILLIS = 3_000;

  /** The entries that one call may visit: a page of 1,000 and what is around it, twice. */
  private static final long FENCE_READS = 2_000;

  private static final int THREADS = 300;
  private static final int EVENTS = 1_000;
  private static final String GREEDY = "greedy";

  private String token;
  private String run = "";
  private String broadcast = "";

  @Override
  protected Map<String, String> more() {
    return Map.of(
        "store.type", "embedded", // Its reads are counted.
        "limits.commands_per_minute", "1000000",
        "limits.frames_per_second", "1000000",
        "limits.frames_burst", "1000000",
        "limits.bytes_per_second", "1GiB",
        "tiers.early.threads", "1000000",
        "tiers.early.connections", "200",
        "tiers.early.open_runs", "100",
        "limits.subscriptions", "100000",
        "tiers.neighbour.rate", "1");
  }

  /** A user with many threads, a long one, a long run, and a broadcast to many. */
  @BeforeClass(alwaysRun = true, dependsOnMethods = "letNeighbourIn")
  public void fill() {
    token =
        gateway
            .tokens()
            .signed(gateway.tokens().claims(GREEDY).put("scope", "chat agent admin operator"));
    try (WsClient writer = WsClient.open(gateway.address(), token)) {
      for (int i = 0; i < THREADS; i++) {
        writer.sendValid(Commands.chat("t" + i, "t" + i, "x"));
      }
      for (int i = 0; i < EVENTS; i++) {
        writer.sendValid(Commands.chat("e" + i, "long", "x".repeat(200)));
      }
      writer.answer("e" + (EVENTS - 1));
      Received ended = writer.say("run", "count slowly to 60");
      run = ended.runId();
      writer.awaitEnd(run);
    }
    ObjectNode all = Json.object().set("audience", Json.object().put("all", true));
    all.putObject("notification").put("title", "t").put("body", "b");
    broadcast =
        new HttpCaller(gateway.address(), token).post("/v1/broadcasts", all).text("broadcast_id");
  }

  @DataProvider
  public Object[] commands() {
    return new Object[] {
      "chat",
      "set_title",
      "user_message",
      "start_agent",
      "cancel_run",
      "cancel_run by command",
      "subscribe",
      "subscribe to 100",
      "unsubscribe",
      "ack",
      "refresh_token",
      "ping",
      "refused",
    };
  }

  private ObjectNode command(String name, String id) {
    return switch (name) {
      case "chat" -> Commands.chat(id, "c-" + id, "x".repeat(2_000));
      case "set_title" -> Commands.setTitle(id, "long", "x");
      case "user_message" -> Commands.replace(id, "busy", "what is 1+1?");
      case "start_agent" -> Commands.startAgent(id, "s-" + id, "what is 1+1?");
      case "cancel_run" -> Commands.cancelRun(id, "r_none" + id.replace("-", "x"));
      case "cancel_run by command" -> Commands.cancelByCommand(id, "none" + id);
      case "subscribe" -> Commands.subscribeAll(id, "long");
      case "subscribe to 100" -> subscribeToMany(id);
      case "unsubscribe" -> Commands.unsubscribe(id, "long");
      case "ack" -> Commands.ack("long", 1).put("id", id);
      case "refresh_token" -> Commands.refreshToken(id, token);
      case "ping" -> Commands.ping(id);
      default -> Commands.chat(id, "", "x");
    };
  }

  private static ObjectNode subscribeToMany(String id) {
    ObjectNode frame = Json.object().put("type", "subscribe").put("id", id);
    var threads = frame.putObject("payload").putArray("threads");
    for (int i = 0; i < 100; i++) {
      threads.addObject().put("thread_id", "t" + i).put("after", 0);
    }
    return frame;
  }

  @Test(dataProvider = "commands")
  public void commandsOfOneUserDoNotHoldUpAnother(String name) throws Exception {
    List<WsClient> clients = new ArrayList<>();
    for (int i = 0; i < IN_FLIGHT; i++) {
      clients.add(connectWith(token));
    }
    attack(
        name,
        worker -> {
          WsClient client = clients.get(worker);
          AtomicInteger sent = new AtomicInteger();
          return () -> {
            String id = name.length() + "-" + worker + "-" + sent.getAndIncrement();
            client.send(command(name, id).toString());
            client.barrier();
          };
        });
  }

  @DataProvider
  public Object[] calls() {
    return new Object[] {
      "GET /v1/session",
      "GET /v1/agents",
      "GET /v1/threads?limit=500",
      "GET /v1/threads/long/events?limit=1000",
      "GET /v1/threads/none/events",
      "DELETE /v1/threads/none",
      "POST /v1/commands",
      "GET /v1/connections?limit=500",
      "GET /v1/users?limit=500",
      "GET /v1/users?user_id=" + GREEDY,
      "GET /v1/users/threads?user_id=" + GREEDY + "&limit=500",
      "GET /v1/users/timeline?user_id=" + GREEDY + "&thread_id=run",
      "GET /v1/users/timeline?user_id=" + GREEDY + "&thread_id=long",
      "GET /v1/users/timeline?user_id=" + GREEDY + "&run_id=RUN",
      "GET /v1/audit?limit=500",
      "GET /v1/broadcasts/BROADCAST",
      "GET /v1/broadcasts/BROADCAST?users=all&limit=500",
      "POST /v1/users/disconnect",
      "POST /v1/users/erase",
      "GET /v1/openapi.json",
      "GET /v1/asyncapi.json",
      "GET /metrics",
      "GET /parley.js",
      "GET /healthz",
    };
  }

  @Test(dataProvider = "calls")
  public void callsOfOneUserDoNotHoldUpAnother(String name) throws Exception {
    String method = name.substring(0, name.indexOf(' '));
    String path = name.substring(method.length() + 1).replace("RUN", run);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(gateway.address().resolve(path.replace("BROADCAST", broadcast)))
            .header("Authorization", "Bearer " + token)
            .timeout(Duration.ofMinutes(1));
    AtomicInteger ids = new AtomicInteger();
    attack(
        name,
        worker ->
            () -> {
              String body =
                  path.equals("/v1/commands")
                      ? Commands.chat("h" + ids.getAndIncrement(), "http", "x").toString()
                      : Json.object().put("user_id", "nobody").toString();
              HttpRequest sent =
                  request
                      .copy()
                      .method(
                          method,
                          method.equals("POST")
                              ? BodyPublishers.ofString(body)
                              : BodyPublishers.noBody())
                      .build();
              assertThat(TestHttp.answer(sent, BodyHandlers.ofByteArray()).statusCode())
                  .isLessThan(500);
            });
  }

  private interface Blow {
    void go() throws Exception;
  }

  /** Runs the blow of each worker again and again while the other user is measured. */
  private void attack(String name, IntFunction<Blow> blows) throws Exception {
    WsClient other = connectWith(gateway.tokens().of("elsewhere", bob));
    other.ask(Commands.chat("warm", "t1", "x"));
    ExecutorService workers = Executors.newFixedThreadPool(IN_FLIGHT);
    AtomicBoolean isOver = new AtomicBoolean();
    AtomicInteger done = new AtomicInteger();
    List<Future<?>> all = new ArrayList<>();
    long reads = reads();
    double[] millis = new double[COMMANDS];
    try {
      for (int i = 0; i < IN_FLIGHT; i++) {
        Blow blow = blows.apply(i);
        all.add(
            workers.submit(
                () -> {
                  do {
                    blow.go();
                    done.incrementAndGet();
                  } while (!isOver.get());
                  return null;
                }));
      }
      for (int i = 0; i < COMMANDS; i++) {
        long begin = System.nanoTime();
        assertThat(other.ask(Commands.chat("o" + i, "t1", "x")).type()).isEqualTo("accepted");
        millis[i] = (System.nanoTime() - begin) / 1e6;
      }
      isOver.set(true);
      for (var each : all) {
        each.get(1, TimeUnit.MINUTES);
      }
    } finally {
      isOver.set(true);
      workers.shutdownNow();
    }
    long readsOfOne = (reads() - reads) / Math.max(1, done.get());
    Arrays.sort(millis);
    Figures.report("another user's command during " + name, millis[COMMANDS / 2], "ms");
    Figures.report("entries read by one " + name, (double) readsOfOne, "");
    assertThat(readsOfOne).as("entries read by one %s", name).isLessThan(FENCE_READS);
    assertThat(millis[COMMANDS / 2]).as("median ms during %s", name).isLessThan(FENCE_MILLIS);
    assertWell();
  }

  private long reads() {
    return gateway.metrics().snapshot().getOrDefault("parley_store_reads_total", 0L);
  }
}
