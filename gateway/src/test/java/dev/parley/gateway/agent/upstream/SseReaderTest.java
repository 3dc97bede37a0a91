package dev.parley.gateway.agent.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.protocol.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit", timeOut = 60_000)
public class SseReaderTest {

  @SuppressWarnings("StringConcatToTextBlock") // It has a null character.
  private static final String STREAM =
      """
      \uFEFF: hello
      data: one

      event: named
      data:two
      data:  three
      id: 7

      :ping

      data: größer 😀
      retry: 5
      unknown: x

      id: bad\0id
      data

      id: 8

      data: [DONE]

      """;

  private static final List<SseEvent> EVENTS =
      List.of(
          new SseEvent("message", "one", null),
          new SseEvent("named", "two\n three", "7"),
          new SseEvent("message", "größer 😀", "7"),
          new SseEvent("message", "", "7"),
          new SseEvent("message", "[DONE]", "8"));

  private static List<SseEvent> read(SseReader reader, byte[]... parts) throws UpstreamException {
    List<SseEvent> events = new ArrayList<>();
    for (byte[] part : parts) {
      ByteBuf in = Unpooled.wrappedBuffer(part);
      for (SseEvent event = reader.next(in); event != null; event = reader.next(in)) {
        events.add(event);
      }
      assertThat(in.isReadable()).isFalse();
    }
    return events;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] slice(byte[] all, int from, int to) {
    return Arrays.copyOfRange(all, from, to);
  }

  @DataProvider
  public Object[][] lineEnds() {
    return new Object[][] {{"\n"}, {"\r"}, {"\r\n"}};
  }

  @Test(dataProvider = "lineEnds")
  public void everySplitGivesTheSameEvents(String lineEnd) throws UpstreamException {
    byte[] stream = bytes(STREAM.replace("\n", lineEnd));
    for (int first = 0; first <= stream.length; first++) {
      for (int second = first; second <= stream.length; second += 3) {
        List<SseEvent> events =
            read(
                new SseReader(),
                slice(stream, 0, first),
                slice(stream, first, second),
                slice(stream, second, stream.length));
        assertThat(events).as("split at %s and %s", first, second).isEqualTo(EVENTS);
      }
    }
  }

  @Test(dataProvider = "lineEnds")
  public void singleBytesGiveTheSameEvents(String lineEnd) throws UpstreamException {
    byte[] stream = bytes(STREAM.replace("\n", lineEnd));
    byte[][] parts = new byte[stream.length][];
    for (int i = 0; i < stream.length; i++) {
      parts[i] = new byte[] {stream[i]};
    }
    assertThat(read(new SseReader(), parts)).isEqualTo(EVENTS);
  }

  public void aCarriageReturnEndsALineBeforeTheNextByteIsThere() throws UpstreamException {
    assertThat(read(new SseReader(), bytes("data: a\r\n\r"))).hasSize(1);
  }

  public void onlyTheFirstMarkIsRemoved() throws UpstreamException {
    assertThat(read(new SseReader(), bytes("\uFEFFdata: a\n\n\uFEFFdata: b\n\n"))).hasSize(1);
  }

  @DataProvider
  public Object[][] wholeEnds() {
    return new Object[][] {
      {"data: {\"a\":1}", "{\"a\":1}"},
      {"data: {\"a\":1}\n", "{\"a\":1}"},
      {"data: {\ndata: \"a\":1}\r", "{\n\"a\":1}"},
      {"data: [DONE]", "[DONE]"}
    };
  }

  @Test(dataProvider = "wholeEnds")
  public void aLastEventWithoutABlankLineCountsIfItIsWhole(String stream, String data)
      throws UpstreamException {
    SseReader reader = new SseReader();
    assertThat(read(reader, bytes(stream))).isEmpty();
    assertThat(reader.end()).isEqualTo(new SseEvent("message", data, null));
  }

  @DataProvider
  public Object[][] brokenEnds() {
    return new Object[][] {{"data: {\"a\":1"}, {"data: hello\n"}, {"data:"}, {"data: {} {}"}};
  }

  public void anEventWithoutItsBlankLineIsNotTakenWhereIdsCount() throws UpstreamException {
    SseReader reader = new SseReader();
    read(reader, bytes("id: 1\ndata: {}\n\ndata: {}\nid: 12"));
    assertThatThrownBy(() -> reader.end(false)).hasMessageContaining("in the middle of an event");
    assertThat(new SseReader().end(false)).isNull();
  }

  @Test(dataProvider = "brokenEnds")
  public void anEndInTheMiddleOfAnEventIsTruncated(String stream) throws UpstreamException {
    SseReader reader = new SseReader();
    assertThat(read(reader, bytes(stream))).isEmpty();
    assertThatThrownBy(reader::end)
        .isInstanceOfSatisfying(
            UpstreamException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.UPSTREAM_TRUNCATED));
  }

  public void anEndAfterAnEventOrInAFieldWithoutDataIsClean() throws UpstreamException {
    for (String stream : List.of("", "data: a\n\n", ": ping", "id: 4", "event: x\n", "da")) {
      SseReader reader = new SseReader();
      read(reader, bytes(stream));
      assertThat(reader.end()).isNull();
    }
  }

  public void aLineOfAMegabyteIsReadAndALongerOneRefused() throws UpstreamException {
    String longest = "data: " + "x".repeat(SseReader.MAX_LINE - 6);
    assertThat(read(new SseReader(), bytes(longest + "\n\n"))).hasSize(1);
    assertProtocolError(longest + "x\n");
    assertProtocolError(":" + longest);
  }

  public void anEventOfManyLinesIsBounded() throws UpstreamException {
    String line = "data: " + "x".repeat((1 << 19) - 6) + "\n";
    assertThat(read(new SseReader(), bytes(line.repeat(8) + "\n"))).hasSize(1);
    assertProtocolError(line.repeat(8) + "data: x\n");
  }

  public void commentsWithoutEndAreNoLongEvent() throws UpstreamException {
    String comment = ":" + "x".repeat(1 << 19) + "\n";
    SseReader reader = new SseReader();
    for (int i = 0; i < 20; i++) {
      assertThat(read(reader, bytes(comment))).isEmpty();
    }
  }

  private static void assertProtocolError(String stream) {
    assertThatThrownBy(() -> read(new SseReader(), bytes(stream)))
        .isInstanceOfSatisfying(
            UpstreamException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL));
  }
}
