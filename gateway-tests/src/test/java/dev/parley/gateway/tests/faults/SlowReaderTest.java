package dev.parley.gateway.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.support.Bounds;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.RawFrame;
import dev.parley.gateway.tests.support.WsClient;
import java.io.DataInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Readers of 6 MB with small buffers: one reads 40 KB a second, and one reads nothing. */
@Test(groups = "error_recovery")
public class SlowReaderTest extends GatewayTest {
  private static final int MESSAGES = 1_000;
  private static final int SIZE = 6_000;
  private static final int RECEIVE_BUFFER = 8 * 1024;
  private static final long STALL_SECONDS = 2;
  private static final int STALLS = Bounds.FULL ? 6 : 2;

  @Override
  protected Map<String, String> settings() {
    return Map.of(
        "limits.burst", "100000",
        "limits.commands_per_minute", "1000000",
        "limits.bytes_per_second", "64MiB",
        "limits.frames_burst", "100000",
        "server.heartbeat", "1s",
        "alerts.slow_socket_age", "500ms",
        "server.stall_timeout", STALL_SECONDS + "s");
  }

  @BeforeMethod(alwaysRun = true)
  public void write() {
    try (WsClient writer = connectWith(gateway.tokens().of(ada))) {
      for (int i = 1; i <= MESSAGES; i++) {
        writer.sendValid(Commands.chat("c" + i, "t1", "x".repeat(SIZE)));
      }
      writer.answer("c" + MESSAGES);
    }
  }

  private RawClient reader() {
    RawClient reader =
        closing(RawClient.upgraded(gateway.address(), gateway.tokens().of(ada), RECEIVE_BUFFER));
    reader.sendText(Commands.subscribeAll("s1", "t1").toString());
    return reader;
  }

  /** Returns 4 KB every 100 ms, for several times as long as a socket may stall. */
  private static final class SlowInput extends FilterInputStream {

    private static final int SLICE = 4 * 1024;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(STALLS * STALL_SECONDS);
    private int left = SLICE;

    SlowInput(InputStream in) {
      super(in);
    }

    boolean isSlow() {
      return System.nanoTime() < end;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (left == 0 && isSlow()) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      left = left == 0 ? SLICE : left;
      int read = super.read(bytes, offset, Math.min(length, left));
      left -= Math.max(read, 0);
      return read;
    }
  }

  public void aSlowReaderIsNotClosedAndGetsEveryEvent() throws IOException {
    RawClient reader = reader();
    SlowInput slow = new SlowInput(reader.in());
    DataInputStream in = new DataInputStream(slow);
    long seq = 0;
    long whileSlow = 0;
    while (seq < MESSAGES) {
      RawFrame frame = RawFrame.read(in);
      assertThat(frame.opcode()).isIn(1, 9);
      if (frame.opcode() == 9) {
        reader.sendFrame(0x8A, new byte[0]);
        continue;
      }
      JsonNode event = Json.parse(frame.text());
      assertThat(event.path("seq").asLong(seq)).isBetween(seq, seq + 1);
      seq = event.path("seq").asLong(seq);
      whileSlow = slow.isSlow() ? seq : whileSlow;
    }
    assertThat(whileSlow).isBetween(1L, MESSAGES - 1L);
  }

  public void aReaderThatReadsNothingIsClosed() {
    reader();
    gateway.awaitCount(1, "parley_connections_closed_total", "reason", "not_reading");
  }
}
