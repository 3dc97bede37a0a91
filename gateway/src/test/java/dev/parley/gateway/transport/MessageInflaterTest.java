package dev.parley.gateway.transport;

import static dev.parley.gateway.transport.Deflated.hex;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.testng.annotations.AfterClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Payloads of compressed messages, good and hostile (RFC 7692, section 7.2). */
@Test(groups = "unit")
public class MessageInflaterTest {

  private static final int MAX = 1 << 20;
  private final MessageInflater inflater = new MessageInflater();

  @AfterClass(alwaysRun = true)
  public void end() {
    inflater.close();
  }

  private String read(byte[] payload) {
    return Deflated.read(inflater, payload, MAX);
  }

  /** A payload in hexadecimal digits, and its text or why the connection closes. */
  @DataProvider
  public Object[][] payloads() {
    return new Object[][] {
      {"section 7.2.3.1", "f2 48 cd c9 c9 07 00", "Hello"},
      {"section 7.2.3.3: no compression", "00 05 00 fa ff 48 65 6c 6c 6f 00", "Hello"},
      {"section 7.2.3.4: a final block", "f3 48 cd c9 c9 07 00 00", "Hello"},
      {"a final block without the octet after it", "f3 48 cd c9 c9 07 00", "Hello"},
      {"section 7.2.3.5: two blocks", "f2 48 05 00 00 00 ff ff ca c9 c9 07 00", "Hello"},
      {"section 7.2.3.6: empty", "00", ""},
      {"an empty final block", "03 00 00", ""},
      {"blocks after a final block", "f3 48 cd c9 c9 07 00 f2 48 cd c9 c9 07 00", "HelloHello"},
      {"no octet at all", "", "BAD_DEFLATE"},
      {"the end that is not sent", "f2 48 cd c9 c9 07 00 00 00 ff ff", "BAD_DEFLATE"},
      {"cut off in a block", "f2 48 cd c9", "BAD_DEFLATE"},
      {"cut off in a final block", "f3 48 cd c9", "BAD_DEFLATE"},
      {"cut off in a stored block", "00 05 00 fa ff 48 65", "BAD_DEFLATE"},
      {"cut off in a long stored block", "00 64 00 9b ff 48 65", "BAD_DEFLATE"},
      {"cut off in the head of a stored block", "00 05", "BAD_DEFLATE"},
      {"without its last octet", "f2 48 cd c9 c9 07", "BAD_DEFLATE"},
      {"a block of the type that does not exist", "06", "BAD_DEFLATE"},
      {"a distance before the beginning", "1a 02 00 00", "BAD_DEFLATE"},
      {"lengths that do not agree", "00 05 00 00 00 48 65 6c 6c 6f 00", "BAD_DEFLATE"},
      {"a head of zlib", "78 9c f2 48 cd c9 c9 07 00", "BAD_DEFLATE"},
      {"a head of gzip", "1f 8b 08 00 00 00 00 00 00 03 f2 48 cd c9 c9 07 00", "BAD_DEFLATE"},
      {"dynamic codes that are incomplete", "04 c0 81 08 00 00 00", "BAD_DEFLATE"},
    };
  }

  @Test(dataProvider = "payloads")
  public void readsAsSection722Says(String name, String payload, String text) {
    assertThat(read(hex(payload))).as(name).isEqualTo(text);
  }

  @Test(dataProvider = "payloads")
  public void nothingIsLeftForTheNextMessage(String name, String payload, String text) {
    read(hex(payload));
    assertThat(read(Deflated.of("the next one", 6))).as(name).isEqualTo("the next one");
  }

  /** The second message refers to the first one. */
  public void theContextOfAMessageIsNotTakenOver() {
    assertThat(read(hex("f2 48 cd c9 c9 07 00"))).isEqualTo("Hello");
    assertThat(read(hex("f2 00 11 00 00"))).isEqualTo("BAD_DEFLATE");
  }

  public void everyLevelAndSizeIsRead() {
    SplittableRandom random = new SplittableRandom(7);
    for (int size = 0; size < 100_000; size = size * 3 + 1) {
      String text =
          random.ints(size, 'a', 'h').mapToObj(Character::toString).reduce("", String::concat);
      for (int level : new int[] {0, 1, 6, 9}) {
        assertThat(read(Deflated.of(text, level))).isEqualTo(text);
      }
    }
  }

  public void aTextOfTheMaximumIsReadAndOneByteMoreIsNot() {
    byte[] fits = Deflated.of("x".repeat(1000), 6);
    byte[] tooLarge = Deflated.of("x".repeat(1001), 6);
    assertThat(Deflated.read(inflater, fits, 1000)).hasSize(1000);
    assertThat(Deflated.read(inflater, tooLarge, 1000)).isEqualTo("TOO_LARGE");
  }

  public void aBombGetsNoMoreMemoryThanTheBound() {
    ByteBuf text = Unpooled.buffer(16);
    byte[] bomb = Deflated.of(new byte[50 << 20], 9);
    assertThat(inflater.inflate(Unpooled.wrappedBuffer(bomb), text, 100_000)).isPresent();
    assertThat(text.readableBytes()).isEqualTo(100_001);
    assertThat(text.capacity()).isLessThanOrEqualTo(1 << 17);
  }

  public void aLargeTextMayBe128TimesItsPayload() {
    assertThat(read(Deflated.of("x".repeat(MessageInflater.FREE), 9)))
        .hasSize(MessageInflater.FREE);
    assertThat(read(Deflated.of("x".repeat(MessageInflater.FREE + 1), 9))).isEqualTo("TOO_LARGE");
    byte[] stored = Deflated.of("x".repeat(MessageInflater.FREE + 1), 0);
    assertThat(read(stored)).hasSize(MessageInflater.FREE + 1);
  }

  public void finalBlocksAreLimited() {
    assertThat(read(repeated(64))).isEmpty();
    assertThat(read(repeated(66))).isEqualTo("TOO_MANY_FRAGMENTS");
  }

  private static byte[] repeated(int finalBlocks) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < finalBlocks; i++) {
      all.writeBytes(hex("03 00"));
    }
    return all.toByteArray();
  }

  public void noPayloadThatIsCutOffIsRead() {
    byte[] whole = Deflated.of("{\"type\":\"ping\",\"id\":\"p1\"}".repeat(3), 6);
    for (int length = 0; length < whole.length; length++) {
      assertThat(read(Arrays.copyOf(whole, length))).as("%s", length).isEqualTo("BAD_DEFLATE");
    }
  }

  public void aDirectBufferIsReadToo() {
    ByteBuf payload = Unpooled.directBuffer().writeBytes(Deflated.of("direct", 6));
    ByteBuf text = Unpooled.buffer(1);
    assertThat(inflater.inflate(payload, text, MAX)).isEmpty();
    assertThat(text.toString(UTF_8)).isEqualTo("direct");
    payload.release();
  }
}
