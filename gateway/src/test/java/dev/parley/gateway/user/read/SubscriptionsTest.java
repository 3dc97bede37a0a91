package dev.parley.gateway.user.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.protocol.ClientCommand.Position;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.user.WriterAndReaderTest;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.testng.annotations.Test;

/** Where reading begins, and what a client is told about it. */
@Test(groups = "unit")
public class SubscriptionsTest extends WriterAndReaderTest {

  private static String cursor(JsonNode subscribed) {
    return "%s..%s after %s"
        .formatted(
            subscribed.path("oldest").asText(),
            subscribed.path("head").asText(),
            subscribed.path("after").asText());
  }

  public void saysSubscribedThenReplaysThenSaysCaughtUpThenGoesOnLive() {
    writer.chats("t", 2);
    reader.subscribe("t", 0);
    writer.chat("c", "t", "live");
    assertThat(reader.seen.types())
        .containsExactly(
            "welcome",
            "subscribed",
            "message_added",
            "message_added",
            "caught_up",
            "message_added");
    assertThat(reader.seen.seqs("t")).containsExactly(1L, 2L, 3L);
  }

  public void anUnbornThreadIsNoErrorAndIsFollowedFromItsBirth() {
    reader.subscribe("t", 0);
    assertThat(cursor(reader.seen.last("subscribed"))).isEqualTo("1..0 after 0");
    assertThat(reader.seen.last("caught_up").path("seq").asLong()).isZero();
    writer.chat("c", "t", "first");
    assertThat(reader.seen.seqs("t")).containsExactly(1L);
  }

  public void withoutACursorReadsFromNow() {
    writer.chats("t", 3);
    reader.subscribeFromNow("t");
    assertThat(cursor(reader.seen.last("subscribed"))).isEqualTo("1..3 after 3");
    assertThat(reader.seen.last("caught_up").path("seq").asLong()).isEqualTo(3);
    writer.chat("c", "t", "live");
    assertThat(reader.seen.seqs("t")).containsExactly(4L);
  }

  public void readsOnAfterTheCursor() {
    writer.chats("t", 3);
    reader.subscribe("t", 2);
    assertThat(cursor(reader.seen.last("subscribed"))).isEqualTo("1..3 after 2");
    assertThat(reader.seen.seqs("t")).containsExactly(3L);
  }

  public void subscribingAgainMovesTheCursorAndStaysLive() {
    writer.chats("t", 2);
    reader.subscribe("t", 0);
    reader.subscribe("t", 1);
    writer.chat("c", "t", "live");
    assertThat(reader.seen.seqs("t")).containsExactly(1L, 2L, 2L, 3L);
    assertThat(CursorJudge.of(reader.seen.frames()).cursors()).containsEntry("t", 3L);
  }

  public void theOnlyReaderOfAThreadMaySubscribeAgain() {
    reader.subscribe("t", 0);
    reader.subscribe("t", 0);
    writer.chat("c", "t", "live");
    assertThat(reader.seen.seqs("t")).containsExactly(1L);
  }

  public void anotherEpochIsAGapAndAReplayFromTheOldest() {
    writer.chats("t", 2);
    reader.subscribe(
        List.of(new Position(new ThreadId("t"), OptionalLong.of(1), new Epoch("old"))));
    assertThat(reader.seen.last("gap").path("reason").asText()).isEqualTo("epoch_changed");
    assertThat(cursor(reader.seen.last("subscribed"))).isEqualTo("1..2 after 0");
    assertThat(reader.seen.seqs("t")).containsExactly(1L, 2L);
  }

  public void aCursorAheadOfTheThreadIsAGap() {
    writer.chats("t", 2);
    reader.subscribe("t", 3);
    assertThat(reader.seen.last("gap").path("reason").asText()).isEqualTo("cursor_ahead");
    assertThat(reader.seen.seqs("t")).containsExactly(1L, 2L);
  }

  public void aCursorBeforeWhatIsKeptIsAGap() {
    writer.chats("t", 4);
    writer.unsubscribe("t");
    rig.log.oldest = 3;
    reader.subscribe("t", 1);
    JsonNode gap = reader.seen.last("gap");
    assertThat(gap.path("reason").asText()).isEqualTo("retention");
    assertThat(gap.path("oldest").asLong()).isEqualTo(3);
    assertThat(reader.seen.seqs("t")).containsExactly(3L, 4L);
  }

  public void fromTheOldestIsNoGapWhateverIsKept() {
    writer.chats("t", 4);
    writer.unsubscribe("t");
    rig.log.oldest = 3;
    reader.subscribe("t", 0);
    assertThat(reader.seen.all("gap")).isEmpty();
    assertThat(cursor(reader.seen.last("subscribed"))).isEqualTo("3..4 after 2");
  }

  public void theCursorJustBeforeTheOldestIsNoGap() {
    writer.chats("t", 4);
    writer.unsubscribe("t");
    rig.log.oldest = 3;
    reader.subscribe("t", 2);
    assertThat(reader.seen.all("gap")).isEmpty();
    assertThat(reader.seen.seqs("t")).containsExactly(3L, 4L);
  }

  public void unsubscribingEndsTheReading() {
    reader.subscribe("t", 0);
    reader.unsubscribe("t");
    writer.chat("c", "t", "unheard");
    assertThat(reader.seen.events("t")).isEmpty();
    assertThat(reader.answerTo("u-t").isEmpty()).isTrue();
  }

  public void unsubscribingFromWhatIsNotReadIsAccepted() {
    reader.unsubscribe("never");
    assertThat(reader.seen.types()).containsExactly("welcome", "accepted");
  }

  public void oneCommandHasOneReplyHoweverManyThreadsItNames() {
    reader.subscribeAll(List.of("a", "b", "c"));
    assertThat(reader.seen.replies()).isEqualTo(1);
    assertThat(reader.seen.all("subscribed")).hasSize(3);
    assertThat(reader.seen.all("subscribed")).allMatch(frame -> frame.has("id"));
  }

  public void aConnectionReadsAtMostAsManyThreadsAsItsTierAllows() {
    reader.subscribeAll(IntStream.range(0, 100).mapToObj(i -> "t" + i).toList());
    reader.subscribe("one-more", 0);
    assertThat(reader.seen.last("rejected").path("code").asText()).isEqualTo("quota_exceeded");
    reader.subscribe("t0", 0);
    reader.unsubscribe("t0");
    reader.subscribe("one-more", 0);
    assertThat(reader.seen.all("rejected")).hasSize(1);
  }

  public void aDuplicateOnOneThreadMoreIsAnsweredAndNotFollowed() {
    writer.chat("c", "one-more", "hi");
    reader.subscribeAll(IntStream.range(0, 100).mapToObj(i -> "t" + i).toList());
    reader.chat("c", "one-more", "hi");
    assertThat(reader.answerTo("c").path("duplicate").asBoolean()).isTrue();
    assertThat(reader.reader.threads()).hasSize(100);
    assertThat(reader.seen.events("one-more")).isEmpty();
  }

  public void aSubscribeThatIsTooManyMovesNothing() {
    reader.subscribeAll(IntStream.range(0, 101).mapToObj(i -> "t" + i).toList());
    assertThat(reader.seen.types()).containsExactly("welcome", "rejected");
    assertThat(reader.reader.threads()).isEmpty();
  }

  public void aThreadThatTheLogDoesNotTellOfIsRejectedAndTheOthersAreRead() {
    writer.chats("known", 1);
    rig.log.head.fail();
    reader.subscribeAll(List.of("lost", "known"));
    assertThat(reader.seen.last("rejected").path("code").asText()).isEqualTo("overloaded");
    assertThat(reader.seen.seqs("known")).containsExactly(1L);
    assertThat(reader.seen.replies()).isEqualTo(1);
  }
}
