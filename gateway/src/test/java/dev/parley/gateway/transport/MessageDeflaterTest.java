package dev.parley.gateway.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.user.thread.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.DataFormatException;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit", singleThreaded = true)
public class MessageDeflaterTest {

  private MessageDeflater deflater;
  private ByteBuf out;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    deflater = new MessageDeflater();
    out = Unpooled.buffer();
  }

  @AfterMethod(alwaysRun = true)
  public void end() {
    deflater.close();
    out.release();
  }

  private static Frame words(int bytes, int seed) {
    String text = ("event " + seed + " {\"type\":\"agent_message_delta\"} ").repeat(bytes / 20 + 1);
    return Frame.of(text.substring(0, bytes).getBytes(UTF_8));
  }

  private static Frame noise(int bytes) {
    byte[] text = new byte[bytes];
    new SplittableRandom(1).nextBytes(text);
    return Frame.of(text);
  }

  private void assertWritten(Frame frame) throws DataFormatException {
    assertThat(Deflated.text(Deflated.payload(out))).isEqualTo(frame.body());
  }

  public void everySizeIsReadByTheJdk() throws DataFormatException {
    for (int bytes = 64; bytes <= MessageDeflater.MAX_TEXT; bytes = bytes * 5 / 2) {
      Frame frame = words(bytes, bytes);
      assertThat(deflater.write(frame, out)).isTrue();
      assertWritten(frame);
    }
  }

  public void aMessageIsNeverLongerThanItsText() {
    for (int bytes : new int[] {1, 2, 10, 300, 20_000, MessageDeflater.MAX_TEXT}) {
      assertThat(deflater.write(noise(bytes), out)).isFalse();
    }
    assertThat(deflater.write(words(MessageDeflater.MAX_TEXT + 1, 1), out)).isFalse();
    assertThat(out.isReadable()).isFalse();
  }

  public void theSameFrameIsCompressedOnce() throws DataFormatException {
    Frame frame = words(1_000, 1);
    assertThat(deflater.write(frame, out)).isTrue();
    frame.body()[0] = 'E'; // a second compression would see it
    byte[] first = Deflated.payload(out);
    assertThat(deflater.write(frame, out)).isTrue();
    assertThat(Deflated.payload(out)).isEqualTo(first);
    assertThat(new String(Deflated.text(first), UTF_8)).startsWith("event 1");
  }

  public void aLargeFrameIsNotKept() throws DataFormatException {
    Frame frame = words(MessageDeflater.MAX_KEPT + 1, 1);
    assertThat(deflater.write(frame, out)).isTrue();
    assertWritten(frame);
    frame.body()[0] = 'E';
    assertThat(deflater.write(frame, out)).isTrue();
    assertWritten(frame);
  }

  public void keptResultsNeverMix() throws DataFormatException {
    SplittableRandom random = new SplittableRandom(3);
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      frames.add(words(random.nextInt(64, i % 7 == 0 ? MessageDeflater.MAX_TEXT : 20_000), i));
    }
    for (int i = 0; i < 2_000; i++) {
      Frame frame = frames.get(Math.min(39, random.nextInt(44) / (i % 3 + 1)));
      assertThat(deflater.write(frame, out)).isTrue();
      assertWritten(frame);
    }
  }

  public void eachMessageStandsForItself() throws DataFormatException {
    Frame first = words(1_000, 1);
    Frame again = Frame.of(first.body().clone());
    deflater.write(first, out);
    byte[] payload = Deflated.payload(out);
    deflater.write(again, out);
    assertThat(Deflated.payload(out)).isEqualTo(payload);
  }

  public void smallMessagesAndThoseBeyondTheWindowArePlain() {
    Compression compression = new Compression(new Metrics().compression());
    Framing framing = new DeflateFraming(compression, 1 << 10);
    for (int bytes : new int[] {DeflateFraming.MIN_TEXT - 1, 1025}) {
      framing.text(out, words(bytes, 1));
      assertThat(out.readUnsignedByte()).isEqualTo((short) 0x81);
      out.clear();
    }
    for (int bytes : new int[] {DeflateFraming.MIN_TEXT, 1024}) {
      framing.text(out, words(bytes, 2));
      assertThat(out.readUnsignedByte()).isEqualTo((short) 0xC1);
      out.clear();
    }
  }

  public void eachLoopHasItsOwnWhichEndWithIt() throws InterruptedException {
    Compression compression = new Compression(new Metrics().compression());
    List<MessageDeflater> own = new ArrayList<>();
    Thread loop =
        new DefaultThreadFactory("loop")
            .newThread(
                () -> {
                  own.add(compression.deflater());
                  own.add(compression.deflater());
                });
    loop.start();
    loop.join();
    assertThat(own.get(0)).isSameAs(own.get(1)).isNotSameAs(compression.deflater());
    assertThatThrownBy(() -> own.get(0).write(words(300, 1), out))
        .isInstanceOfAny(NullPointerException.class, IllegalStateException.class) // Java 17, 25
        .hasMessageContaining("closed");
  }
}
