package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.ClientCommand.Chat;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class MessageDecoderTest {

  private static final int FRAGMENTS = 100_000;
  private static final int BYTES = 16 * 1024 * 1024;

  /** If each fragment copied the message again, 800 GB would be copied. */
  public void aMessageInManyFragmentsIsCopiedAFewTimesOnly() {
    byte[] text = chat("x".repeat(BYTES));
    Wire wire = new Wire();
    FakeRouter.FakeRoute route = wire.open();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    send(wire, text, FRAGMENTS);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(20L * BYTES);
    assertThat(content(route.commands)).isEqualTo(BYTES + 2);
    assertThat(wire.channel.finish()).isFalse();
  }

  public void messagesInFragmentsDoNotMix() {
    Wire wire = new Wire();
    FakeRouter.FakeRoute route = wire.open();
    send(wire, chat("first, and longer"), 7);
    send(wire, chat("second"), 3);
    assertThat(route.commands).hasSize(2);
    assertThat(content(route.commands)).isEqualTo("second".length() + 2);
    assertThat(wire.channel.finish()).isFalse();
  }

  private static byte[] chat(String content) {
    String frame =
        "{\"type\":\"chat\",\"id\":\"c\",\"thread_id\":\"t\",\"payload\":{\"content\":\"%s\"}}";
    return frame.replace("%s", content).getBytes(StandardCharsets.UTF_8);
  }

  private static int content(List<ClientCommand> commands) {
    return ((Chat) commands.get(commands.size() - 1)).content().toString().length();
  }

  private static void send(Wire wire, byte[] text, int fragments) {
    int size = text.length / fragments;
    wire.channel.writeInbound(
        new TextWebSocketFrame(false, 0, Unpooled.wrappedBuffer(text, 0, size)));
    for (int i = 1; i < fragments - 1; i++) {
      wire.channel.writeInbound(
          new ContinuationWebSocketFrame(false, 0, Unpooled.wrappedBuffer(text, i * size, size)));
    }
    byte[] last = Arrays.copyOfRange(text, (fragments - 1) * size, text.length);
    wire.channel.writeInbound(
        new ContinuationWebSocketFrame(true, 0, Unpooled.wrappedBuffer(last)));
  }
}
