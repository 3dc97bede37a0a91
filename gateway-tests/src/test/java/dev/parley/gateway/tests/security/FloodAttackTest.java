package dev.parley.gateway.tests.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.report.Attack;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.RawClient.RawAnswer;
import dev.parley.gateway.tests.support.RawFrame;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** More of everything than anybody needs, by one user or by one address. */
@Attack("floods")
@Test(groups = {"security", "performance"})
public class FloodAttackTest extends AttackTest {
  private static final int MANY = 3_000;

  /** Another address of this machine. */
  private static final String ELSEWHERE = "127.0.0.2";

  @Override
  protected Map<String, String> more() {
    return Map.of(
        "limits.unauthenticated_per_address", "40",
        "limits.burst", "10",
        "tiers.early.rate", "0.01",
        "tiers.neighbour.rate", "1000");
  }

  /** What is sent again and again on one connection, and the close code. */
  @DataProvider
  public Object[][] frames() {
    byte[] chat = Commands.chat("c1", "t1", "x").toString().getBytes(UTF_8);
    return new Object[][] {
      {"pings of the WebSocket", RawClient.frame(0x89, new byte[0]), 4429},
      {"pings of 125 bytes", RawClient.frame(0x89, new byte[125]), 4429},
      {"pongs that answer nothing", RawClient.frame(0x8A, new byte[125]), 4429},
      {"commands to ping", RawClient.frame(0x81, "{\"type\":\"ping\"}".getBytes(UTF_8)), 4429},
      {"the same command", RawClient.frame(0x81, chat), 4429},
      {"empty frames", RawClient.frame(0x81, new byte[0]), 1008},
      {"frames that are no JSON", RawClient.frame(0x81, "{".getBytes(UTF_8)), 1008},
      {"unknown commands", RawClient.frame(0x81, "{\"type\":\"x\"}".getBytes(UTF_8)), 1008},
      {"frames of 60 KiB", RawClient.frame(0x81, new byte[60_000]), 1008},
      {"messages of two fragments", twoFragments(), 4429},
      {"acknowledgements", RawClient.frame(0x81, ack()), 4429},
      {
        "subscriptions",
        RawClient.frame(0x81, Commands.subscribeAll("s1", "t1").toString().getBytes(UTF_8)),
        4429
      },
      {
        "tokens",
        RawClient.frame(0x81, Commands.refreshToken("r1", "a.b.c").toString().getBytes(UTF_8)),
        1008
      },
    };
  }

  private static byte[] ack() {
    return Commands.ack("@inbox", 1).toString().getBytes(UTF_8);
  }

  private static byte[] twoFragments() {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(RawClient.frame(0x01, "{\"type\":".getBytes(UTF_8)));
    both.writeBytes(RawClient.frame(0x80, "\"ping\"}".getBytes(UTF_8)));
    return both.toByteArray();
  }

  @Test(dataProvider = "frames")
  public void aFloodOnAConnectionEndsIt(String what, byte[] frame, int code) {
    RawClient client = closing(RawClient.upgraded(gateway.address(), gateway.tokens().of(ada)));
    ByteArrayOutputStream flood = new ByteArrayOutputStream();
    for (int i = 0; i < MANY && flood.size() < 20_000_000; i++) {
      flood.writeBytes(frame);
    }
    client.sendWhileOpen(flood.toByteArray());
    assertThat(client.readClose()).isIn(code, 4429);
    assertWell();
  }

  /** A request that is pipelined again and again, and the status before the refusal. */
  @DataProvider
  public Object[][] requests() {
    String token = "Authorization: Bearer " + gateway.tokens().of("flooder") + "\r\n";
    return new Object[][] {
      {"health checks", "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", 200},
      {"unknown paths", "GET /x HTTP/1.1\r\nHost: a\r\n\r\n", 404},
      {"calls", "GET /v1/session HTTP/1.1\r\nHost: a\r\n" + token + "\r\n", 200},
      {"pages", "GET /v1/threads HTTP/1.1\r\nHost: a\r\n" + token + "\r\n", 200},
      {"files", "GET /parley.d.ts HTTP/1.1\r\nHost: a\r\n\r\n", 200},
      {"questions", "OPTIONS /v1/session HTTP/1.1\r\nHost: a\r\n\r\n", 204},
      {"documents", "HEAD /v1/openapi.json HTTP/1.1\r\nHost: a\r\n\r\n", 200},
    };
  }

  @Test(dataProvider = "requests")
  public void aFloodOfRequestsOnASocketEndsIt(String what, String request, int status) {
    RawClient client = rawSocket();
    Thread sender =
        new Thread(() -> client.sendWhileOpen(request.repeat(MANY).getBytes(UTF_8)), "flood");
    sender.start();
    String answers = client.readTextToEnd();
    assertThat(answers).startsWith("HTTP/1.1 " + status);
    assertThat(answers.split("HTTP/1.1 " + status, -1)).hasSizeBetween(2, MANY / 2);
    assertWell();
  }

  /** What is sent on each of many new sockets of one address. */
  @DataProvider
  public Object[] openings() {
    return new Object[] {
      "",
      "GET / HT",
      "POST /v1/commands HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n{",
      "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
      RawClient.upgrade(),
    };
  }

  @Test(dataProvider = "openings")
  public void socketsWithoutAUserMakeRoomForOthers(String opening) {
    List<RawClient> sockets = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      sockets.add(closing(RawClient.openFrom(ELSEWHERE, gateway.address())));
      sockets.get(i).sendWhileOpen(opening.getBytes(UTF_8));
    }
    assertThat(http(ada).get("/v1/session").status()).isEqualTo(200);
    connect(ada).barrier();
    assertThat(gateway.metrics().figure("parley_sockets_without_user")).isLessThanOrEqualTo(41);
    assertWell();
  }

  public void handshakesWithoutAValidTokenAreRefusedOneByOne() {
    for (int i = 0; i < 300; i++) {
      try (RawClient client = RawClient.open(gateway.address())) {
        String token = "Authorization: Bearer " + "x".repeat(i);
        assertThat(client.request(RawClient.upgrade(token)).status()).isEqualTo(401);
      }
    }
    assertWell();
  }

  public void connectionsBeyondTheLimitAreRefusedWithATime() {
    for (int i = 0; i < 5; i++) {
      connect(ada);
    }
    String token = "Authorization: Bearer " + gateway.tokens().of(ada);
    for (int i = 0; i < 50; i++) {
      try (RawClient client = RawClient.open(gateway.address())) {
        RawAnswer answer = client.request(RawClient.upgrade(token));
        assertThat(answer.status()).isEqualTo(429);
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
      }
    }
    connect(bob).barrier();
    assertWell();
  }

  public void commandsBeyondTheRateAreRefusedWithATime() {
    WsClient client = connect(ada);
    int refused = 0;
    for (int i = 0; i < 40; i++) {
      Received answer = client.ask(Commands.chat("c" + i, "t" + i, "x"));
      if (answer.text("code").equals("rate_limited")) {
        assertThat(answer.payload().path("retry_after_ms").asLong()).isPositive();
        refused++;
      }
    }
    assertThat(refused).isBetween(28, 30);
    assertWell();
  }

  /** A list of subscriptions, and the code of the refusal. */
  @DataProvider
  public Object[][] lists() {
    return new Object[][] {{101, "quota_exceeded"}, {1_500, ""}};
  }

  @Test(dataProvider = "lists")
  public void subscriptionsBeyondTheLimitAreRefused(int threads, String code) {
    ArrayNode list = Json.array();
    for (int i = 0; i < threads; i++) {
      list.addObject().put("thread_id", "t" + i).put("after", 0);
    }
    ObjectNode frame = Json.object().put("type", "subscribe").put("id", "s1");
    frame.putObject("payload").set("threads", list);
    WsClient client = connect(ada);
    client.send(frame.toString());
    Received answer = client.answer("s1");
    assertThat(answer.type()).isEqualTo("rejected");
    assertThat(answer.text("code")).contains(code);
    client.barrier();
    assertWell();
  }

  public void oneUserMayHaveAllSocketsOfHttpAndOthersAreAnswered() {
    String token = "Authorization: Bearer " + gateway.tokens().of(ada) + "\r\n";
    for (int i = 0; i < 100; i++) {
      RawClient socket = rawSocket();
      socket.send(("GET /v1/session HTTP/1.1\r\nHost: a\r\n" + token + "\r\n").getBytes(UTF_8));
      // Answered, it has a user: as others, bob's next socket needs a place of those without one.
      assertThat(socket.readAnswer().status()).isEqualTo(200);
    }
    assertThat(http(bob).get("/v1/session").status()).isEqualTo(200);
    assertWell();
  }

  public void answersThatAreNotReadHoldUpTheirReaderOnly() {
    RawClient client =
        closing(RawClient.upgraded(gateway.address(), gateway.tokens().of(ada), 4_096));
    ByteArrayOutputStream flood = new ByteArrayOutputStream();
    for (int i = 0; i < 300; i++) {
      flood.writeBytes(
          RawClient.frame(0x81, ("{\"type\":\"ping\",\"id\":\"p" + i + "\"}").getBytes(UTF_8)));
    }
    client.send(flood.toByteArray());
    assertWell();
    for (int i = 0; i < 300; i++) {
      RawFrame frame = client.readFrame();
      assertThat(frame.text()).contains("\"p" + i + "\"");
    }
  }
}
