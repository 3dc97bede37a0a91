package dev.parley.gateway.transport;

import static dev.parley.gateway.transport.RawSocket.close;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.user.read.Subscriber;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Frames as bytes over a real socket: which are refused, and with which code in one Close. */
@Test(groups = "unit")
public class RawFramesTest {

  private static final byte[] NONE = {};
  private static final String PING = "{\"type\":\"ping\",\"id\":\"p1\"}";

  private TestListener listener;

  @BeforeClass(alwaysRun = true)
  public void listen() throws IOException {
    listener =
        new TestListener(
            "limits.frames_burst", "100",
            "limits.rejected_in_a_row", "3",
            "limits.bytes_per_second", "128KiB");
  }

  @AfterClass(alwaysRun = true)
  public void stop() {
    listener.close();
  }

  @DataProvider
  public Object[][] badFrames() {
    byte[] half = new byte[40 * 1024];
    byte[] large = (PING + " ".repeat(60 * 1024)).getBytes(UTF_8);
    byte[] euro = "€".getBytes(UTF_8);
    return new Object[][] {
      {"unmasked", 1002, new byte[] {(byte) 0x81, 2, '{', '}'}},
      {"first reserved bit", 1002, frame(0xC1, NONE)},
      {"second reserved bit", 1002, frame(0xA1, NONE)},
      {"third reserved bit", 1002, frame(0x91, NONE)},
      {"reserved bit on a ping", 1002, frame(0xC9, NONE)},
      {"reserved data opcode", 1002, frame(0x83, NONE)},
      {"reserved control opcode", 1002, frame(0x8B, NONE)},
      {"ping in fragments", 1002, frame(0x09, NONE)},
      {"long ping", 1002, frame(0x89, new byte[126])},
      {"continuation of nothing", 1002, frame(0x80, NONE)},
      {"text within a message", 1002, joined(frame(0x01, NONE), frame(0x81, NONE))},
      {"binary", 1003, frame(0x82, NONE)},
      {"binary in fragments", 1003, frame(0x02, NONE)},
      {"lone byte of UTF-8", 1007, frame(0x81, new byte[] {(byte) 0xC3})},
      {"overlong UTF-8", 1007, frame(0x81, new byte[] {(byte) 0xC0, (byte) 0xAF})},
      {"surrogate", 1007, frame(0x81, new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80})},
      {
        "broken over two",
        1007,
        joined(frame(0x01, new byte[] {euro[0]}), frame(0x80, PING.getBytes(UTF_8)))
      },
      {"large frame", 1009, frame(0x81, new byte[64 * 1024 + 1])},
      {"head of a large frame", 1009, new byte[] {(byte) 0x81, -1, 0, 0, 0, 0, 0, 1, 0, 1}},
      {"large message", 1009, joined(frame(0x01, half), frame(0x80, half))},
      {"many fragments", 1008, joined(frame(0x01, NONE), repeated(64, frame(0x00, NONE)))},
      {"many pings", 4429, repeated(300, frame(0x89, NONE))},
      {"many bytes", 4429, repeated(30, frame(0x81, large))},
      {"close code of one byte", 1002, frame(0x88, new byte[] {3})},
      {"close reason not UTF-8", 1007, frame(0x88, new byte[] {3, (byte) 0xE8, (byte) 0xFF})},
    };
  }

  @Test(dataProvider = "badFrames")
  public void isClosedOnce(String name, int code, byte[] bytes) throws Exception {
    try (RawSocket socket = listener.connected(name)) {
      assertThat(socket.send(bytes).closed()).as(name).isEqualTo(code);
    }
    listener.routes.next().awaitEnd();
  }

  @DataProvider
  public Object[][] closeCodes() {
    return new Object[][] {{1000}, {1001}, {1003}, {1007}, {1014}, {3000}, {4999}};
  }

  @Test(dataProvider = "closeCodes")
  public void aCloseOfTheClientIsEchoed(int code) throws Exception {
    try (RawSocket socket = listener.connected("c" + code)) {
      assertThat(socket.send(close(code)).closed()).isEqualTo(code);
    }
    listener.routes.next().awaitEnd();
  }

  @DataProvider
  public Object[][] codesThatMustNotBeSent() {
    return new Object[][] {
      {0}, {999}, {1004}, {1005}, {1006}, {1015}, {1016}, {2999}, {5000}, {32768}, {65535}
    };
  }

  @Test(dataProvider = "codesThatMustNotBeSent")
  public void aCloseWithACodeThatIsNoneIsBrokenFraming(int code) throws IOException {
    try (RawSocket socket = listener.connected("x" + code)) {
      assertThat(socket.send(close(code)).closed()).isEqualTo(1002);
    }
  }

  public void aCloseWithoutACodeIsEchoedWithoutOne() throws IOException {
    try (RawSocket socket = listener.connected("empty")) {
      RawSocket.ReceivedFrame echo = socket.send(frame(0x88, NONE)).frame();
      assertThat(echo.opcode()).isEqualTo(8);
      assertThat(echo.payload().remaining()).isZero();
      assertThat(socket.rest()).isEmpty();
    }
  }

  public void aPingIsAnsweredWithItsPayload() throws IOException {
    try (RawSocket socket = listener.connected("ping")) {
      RawSocket.ReceivedFrame pong = socket.send(frame(0x89, "beat".getBytes(UTF_8))).frame();
      assertThat(pong.opcode()).isEqualTo(10);
      assertThat(pong.text()).isEqualTo("beat");
    }
  }

  public void aMessageInFragmentsWithAPingBetweenIsOneCommand() throws Exception {
    listener.routes.opened.clear();
    byte[] text = PING.getBytes(UTF_8);
    try (RawSocket socket = listener.connected("fragments")) {
      FakeRouter.FakeRoute route = listener.routes.next();
      socket.send(frame(0x01, Arrays.copyOf(text, 5))).send(frame(0x89, NONE));
      socket.send(frame(0x80, Arrays.copyOfRange(text, 5, text.length)));
      assertThat(socket.frame().opcode()).isEqualTo(10);
      socket.send(frame(0x89, NONE)).frame();
      assertThat(route.commands).singleElement().isInstanceOf(ClientCommand.Ping.class);
    }
  }

  public void framesThatAreNoCommandAreAnsweredAndTooManyOfThemAreAbuse() throws IOException {
    try (RawSocket socket = listener.connected("abuse")) {
      for (int i = 0; i < 3; i++) {
        assertThat(socket.sendText("{").message().text()).contains("\"bad_frame\"");
      }
      assertThat(socket.closed()).isEqualTo(1008);
    }
  }

  public void aCommandBetweenThemForgivesThem() throws IOException {
    try (RawSocket socket = listener.connected("forgiven")) {
      for (int i = 0; i < 4; i++) {
        assertThat(socket.sendText("{").message().text()).contains("\"bad_frame\"");
        assertThat(socket.sendText("[]").message().text()).contains("\"error\"");
        socket.sendText(PING);
      }
    }
  }

  public void whatIsGivenInOneTurnKeepsItsOrder() throws Exception {
    listener.routes.opened.clear();
    try (RawSocket socket = listener.connected("order")) {
      Subscriber subscriber = listener.routes.next().subscriber;
      listener.atHome("order", () -> give(subscriber));
      for (int i = 0; i < 3000; i++) {
        assertThat(socket.message().text()).isEqualTo("" + i);
      }
    }
  }

  private static void give(Subscriber subscriber) {
    for (int i = 0; i < 3000; i += 3) {
      subscriber.signal(FakeRouter.text("" + i));
      subscriber.answer(
          FakeRouter.answer(FakeRouter.text("" + (i + 1)), FakeRouter.text("" + (i + 2))));
    }
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] frame(int first, byte[] payload) {
    return RawSocket.frame(first, payload);
  }

  private static byte[] repeated(int times, byte[] frame) {
    return joined(Collections.nCopies(times, frame).toArray(byte[][]::new));
  }
}
