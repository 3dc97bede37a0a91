package dev.parley.gateway.tests.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.report.Attack;
import dev.parley.gateway.tests.report.Figures;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.StreamClient;
import dev.parley.gateway.tests.support.WsClient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * What belongs to another user, and what does not exist: the answers, the entries of the store that
 * are read, and what the gateway counts on the way are the same. The times are reported only.
 */
@Attack("what others have")
@Test(groups = {"security", "multi_user"})
public class SameAnswerTest extends GatewayTest {
  /** What happens by itself meanwhile is read too, so a difference is measured again. */
  private static final int ROUNDS = 8;

  private static final String WAIT = "[{\"do\":\"wait\"}]";
  private static final String OTHER_TENANT = "next-door";

  /** Something that a call can name. */
  private record Target(
      String thread,
      String run,
      String command,
      String epoch,
      String connection,
      String broadcast) {

    /** The text without the names of this target. */
    String hidden(String text) {
      String hidden = text;
      for (String name : List.of(thread, run, command, epoch, connection, broadcast)) {
        hidden = hidden.replace(name, "*");
      }
      return hidden;
    }
  }

  private record Caller(WsClient socket, HttpCaller http, HttpCaller admin, String token) {}

  /** A call or command that names something; returns the whole answer as text. */
  private record Probe(String name, BiFunction<Caller, Target, String> call) {
    @Override
    public String toString() {
      return name;
    }
  }

  private record Measured(String answer, Map<String, Long> counted) {}

  private final List<Target> others = new ArrayList<>();

  @Override
  protected Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("store.type", "embedded"); // Its reads are counted.
    settings.put("limits.burst", "100000");
    settings.put("tiers.early.open_runs", "100");
    settings.put("tiers.early.connections", "100");
    settings.put("agents.actor.type", "actor");
    settings.put("runs.first_timeout", "1h");
    return settings;
  }

  @BeforeClass(alwaysRun = true, dependsOnMethods = "startGateway")
  public void fill() {
    String token = gateway.tokens().of("owner");
    String admin =
        gateway
            .tokens()
            .signed(
                gateway.tokens().claims("boss").put("tenant", OTHER_TENANT).put("scope", "admin"));
    HttpCaller broadcaster = new HttpCaller(gateway.address(), admin);
    for (int i = 0; i < ROUNDS; i++) {
      WsClient owner = keeping(WsClient.open(gateway.address(), token));
      String connection = owner.received().get(0).text("connection_id");
      String thread = "private-" + i;
      Received run = owner.ask(Commands.startAgent("own-" + i, thread, "actor", WAIT));
      String epoch =
          new HttpCaller(gateway.address(), token)
              .get("/v1/threads/" + thread + "/events")
              .text("epoch");
      ObjectNode notice = Json.object().put("title", "t").put("body", "b");
      ObjectNode broadcast = Json.object().set("audience", Json.object().put("all", true));
      broadcast.set("notification", notice);
      String id = broadcaster.post("/v1/broadcasts", broadcast).text("broadcast_id");
      others.add(new Target(thread, run.runId(), "own-" + i, epoch, connection, id));
    }
  }

  /** Names of the same form that name nothing. */
  private static Target nothing(Target like, int round) {
    return new Target(
        "nothing-" + round,
        turned(like.run()),
        "not-" + round,
        like.epoch(), // the first of every thread of a store
        turned(like.connection()),
        turned(like.broadcast()));
  }

  /** The id with its last letters in another order or case, so that it is another one. */
  private static String turned(String id) {
    char last = id.charAt(id.length() - 1);
    return id.substring(0, id.length() - 1) + (last == 'x' ? 'y' : 'x');
  }

  private final List<Object[]> rows = new ArrayList<>();

  @DataProvider
  public Object[][] probes() {
    rows.clear();
    command("chat", it -> Commands.chat(it.command(), it.thread(), "x"));
    command("set_title", it -> Commands.setTitle(it.command(), it.thread(), "x"));
    command("user_message", it -> run(Commands.userMessage(it.command(), it.thread(), WAIT)));
    command("user_message that queues", it -> run(Commands.queue(it.command(), it.thread(), WAIT)));
    command(
        "user_message that replaces", it -> run(Commands.replace(it.command(), it.thread(), WAIT)));
    command("start_agent", it -> Commands.startAgent(it.command(), it.thread(), "actor", WAIT));
    command("cancel_run by run", it -> Commands.cancelRun("p", it.run()));
    command("cancel_run by command", it -> Commands.cancelByCommand("p", it.command()));
    command("ack", it -> Commands.ack(it.thread(), 1).put("id", "p"));
    command("ack far ahead", it -> Commands.ack(it.thread(), 9_000_000).put("id", "p"));
    rows.add(new Object[] {new Probe("subscribe", SameAnswerTest::subscribe)});
    rows.add(new Object[] {new Probe("subscribe with a cursor", SameAnswerTest::subscribeAfter)});
    rows.add(
        new Object[] {
          new Probe(
              "unsubscribe",
              (by, it) ->
                  by.socket()
                      .ask(Commands.unsubscribe("p" + it.thread(), it.thread()))
                      .toString()
                      .replace("p" + it.thread(), "p"))
        });
    rows.add(new Object[] {new Probe("a stream", this::stream)});
    rows.add(new Object[] {new Probe("a connection to replace", this::replace)});
    get("events", it -> "/v1/threads/" + it.thread() + "/events");
    get(
        "events after a cursor",
        it -> "/v1/threads/" + it.thread() + "/events?after=1&epoch=" + it.epoch());
    rows.add(
        new Object[] {
          new Probe(
              "delete a thread", (by, it) -> text(by.http().delete("/v1/threads/" + it.thread())))
        });
    rows.add(
        new Object[] {
          new Probe(
              "events of a run",
              (by, it) -> text(by.http().post("/v1/runs/" + it.run() + "/events", Json.object())))
        });
    view("a broadcast", it -> "/v1/broadcasts/" + it.broadcast());
    view("users of a broadcast", it -> "/v1/broadcasts/" + it.broadcast() + "?users=all");
    rows.add(
        new Object[] {
          new Probe(
              "cancel a broadcast",
              (by, it) -> text(by.admin().delete("/v1/broadcasts/" + it.broadcast())))
        });
    view("the time line of a run", it -> "/v1/users/timeline?user_id=somebody&run_id=" + it.run());
    view(
        "the time line of a thread",
        it -> "/v1/users/timeline?user_id=somebody&thread_id=" + it.thread());
    rows.add(
        new Object[] {
          new Probe(
              "disconnect",
              (by, it) ->
                  text(
                      by.admin()
                          .post(
                              "/v1/users/disconnect",
                              Json.object()
                                  .put("user_id", "somebody")
                                  .put("connection_id", it.connection()))))
        });
    return rows.toArray(Object[][]::new);
  }

  /** The command for the agent whose run ends only when it is cancelled. */
  private static ObjectNode run(ObjectNode message) {
    ((ObjectNode) message.path("payload")).put("agent", "actor");
    return message;
  }

  /** A command, over both ways. */
  private void command(String name, Function<Target, ObjectNode> frame) {
    BiFunction<Caller, Target, String> socket =
        (by, it) -> {
          ObjectNode command = frame.apply(it);
          by.socket().sendValid(command);
          if (name.equals("ack")) {
            return "";
          }
          return by.socket().answer(command.path("id").asText()).toString();
        };
    rows.add(new Object[] {new Probe(name, socket)});
    BiFunction<Caller, Target, String> call =
        (by, it) ->
            name.equals("ack")
                ? Integer.toString(by.http().commandWithoutAnswer(frame.apply(it)))
                : text(by.http().command(frame.apply(it)));
    rows.add(new Object[] {new Probe(name + " over HTTP", call)});
  }

  private void get(String name, Function<Target, String> path) {
    rows.add(new Object[] {new Probe(name, (by, it) -> text(by.http().get(path.apply(it))))});
  }

  /** A call of an administrator of the caller's tenant. */
  private void view(String name, Function<Target, String> path) {
    rows.add(new Object[] {new Probe(name, (by, it) -> text(by.admin().get(path.apply(it))))});
  }

  /** Status, names of headers, and body. */
  private static String text(HttpAnswer answer) {
    return answer.status() + " " + answer.http().headers().map().keySet() + answer.json();
  }

  private static String subscribe(Caller by, Target it) {
    by.socket().sendValid(Commands.subscribeAll("s", it.thread()));
    return by.socket().await("subscribed", it.thread()).toString()
        + by.socket().await("caught_up", it.thread());
  }

  private static String subscribeAfter(Caller by, Target it) {
    by.socket().sendValid(Commands.subscribe("s", it.thread(), 1, it.epoch()));
    return by.socket().await("subscribed", it.thread()).toString()
        + by.socket().await("gap", it.thread())
        + by.socket().await("caught_up", it.thread());
  }

  private String stream(Caller by, Target it) {
    try (StreamClient stream =
        StreamClient.open(gateway.address(), by.token(), it.thread(), "?after=0")) {
      return stream.await("subscribed").toString() + stream.await("caught_up");
    }
  }

  private String replace(Caller by, Target it) {
    String protocol =
        "Sec-WebSocket-Protocol: bearer." + by.token() + ", replaces." + it.connection();
    try (RawClient client = RawClient.open(gateway.address())) {
      String answer = client.request(RawClient.upgrade(protocol)).toString();
      String welcome = client.readFrame().text();
      client.sendFrame(0x88, new byte[0]);
      client.awaitEndAfterAnyAnswer();
      return answer + Json.parse(welcome).at("/payload/limits");
    }
  }

  @Test(dataProvider = "probes")
  public void whatOthersHaveIsAsIfItWereNot(Object probe) {
    Probe tried = (Probe) probe;
    Caller caller = caller();
    measure(tried, caller, nothing(others.get(0), ROUNDS)); // What is read once of a user.
    List<String> differences = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      Target foreign = others.get(round);
      Target missing = nothing(foreign, round);
      boolean foreignFirst = round % 2 == 0;
      Measured first = measure(tried, caller, foreignFirst ? foreign : missing);
      Measured second = measure(tried, caller, foreignFirst ? missing : foreign);
      assertThat(first.answer()).isEqualTo(second.answer());
      if (first.counted().equals(second.counted())) {
        return;
      }
      differences.add((foreignFirst ? "foreign " : "missing ") + first + ", then " + second);
    }
    assertThat(differences).as("reads and counts, each time").isEmpty();
  }

  private Caller caller() {
    String token = gateway.tokens().of(bob);
    HttpCaller admin = new HttpCaller(gateway.address(), gateway.tokens().withScope(bob, "admin"));
    return new Caller(connect(bob), http(bob), admin, token);
  }

  /** Waits until nothing is read for some answers. */
  private void settle(Caller caller) {
    long before = -1;
    for (int same = 0; same < 5; ) {
      caller.socket().barrier();
      long now = gateway.metrics().snapshot().getOrDefault(READS, 0L);
      same = now == before ? same + 1 : 0;
      before = now;
    }
  }

  /** What was read and counted from the call to its answer, and until the caller was idle. */
  private Measured measure(Probe probe, Caller caller, Target target) {
    settle(caller);
    Map<String, Long> before = gateway.metrics().snapshot();
    String answer = probe.call().apply(caller, target);
    settle(caller);
    gateway.awaitConnections(others.size() + 1L);
    Map<String, Long> counted = new TreeMap<>();
    Map<String, Long> after = gateway.metrics().snapshot();
    for (String name : COUNTED) {
      counted.put(name, after.getOrDefault(name, 0L) - before.getOrDefault(name, 0L));
    }
    String same =
        answer.replaceAll("\"(timestamp|run_id|detail|message)\":\"[^\"]*\"", "\"$1\":\"\"");
    return new Measured(target.hidden(same).replaceAll("date=[^,]*", ""), counted);
  }

  private static final String READS = "parley_store_reads_total";

  private static final Set<String> COUNTED =
      Set.of(READS, "parley_commands_refused_total", "parley_http_answers_total");

  public void theTimesOfBothAreReported() {
    Caller caller = caller();
    for (String what : List.of("another user's run", "no run")) {
      long[] nanos = new long[200];
      for (int i = 0; i < nanos.length; i++) {
        Target target = others.get(i % ROUNDS);
        String run = what.equals("no run") ? turned(target.run()) : target.run();
        long begin = System.nanoTime();
        caller.socket().ask(Commands.cancelRun("c" + i, run));
        nanos[i] = System.nanoTime() - begin;
      }
      Arrays.sort(nanos);
      Figures.report("median time of cancel_run of " + what, nanos[nanos.length / 2] / 1e3, "µs");
    }
  }
}
