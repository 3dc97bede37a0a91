package dev.parley.gateway.user.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.Fingerprint;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.Title;
import dev.parley.gateway.protocol.WhenBusy;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class FingerprintsTest {

  private static Fingerprint start(
      String id, String thread, String agent, String input, @Nullable String context) {
    return start(id, thread, agent, input, context, WhenBusy.REJECT);
  }

  private static Fingerprint start(
      String id,
      String thread,
      String agent,
      String input,
      @Nullable String context,
      WhenBusy whenBusy) {
    return Fingerprints.of(
        new ClientCommand.StartAgent(
            new CommandId(id),
            new ThreadId(thread),
            new AgentName(agent),
            RawJson.of(input),
            context == null ? null : RawJson.of(context),
            whenBusy,
            false,
            null));
  }

  private static Fingerprint message(String thread, String content, @Nullable String agent) {
    return Fingerprints.of(
        new ClientCommand.UserMessage(
            new CommandId("c"),
            new ThreadId(thread),
            RawJson.of(content),
            agent == null ? null : new AgentName(agent),
            WhenBusy.REJECT,
            false,
            null));
  }

  private static Fingerprint replacement(boolean keep) {
    return Fingerprints.of(
        new ClientCommand.StartAgent(
            new CommandId("c"),
            new ThreadId("t"),
            new AgentName("a"),
            RawJson.of("1"),
            null,
            WhenBusy.REPLACE,
            keep,
            null));
  }

  private static Fingerprint chat(String thread, String content) {
    return Fingerprints.of(
        new ClientCommand.Chat(
            new CommandId("c"), new ThreadId(thread), RawJson.of(content), null));
  }

  private static Fingerprint title(String thread, String title) {
    return Fingerprints.of(
        new ClientCommand.SetTitle(
            new CommandId("c"), new ThreadId(thread), new Title(title), null));
  }

  public void theIdIsNoPartOfIt() {
    assertThat(start("c1", "t", "a", "1", null)).isEqualTo(start("c2", "t", "a", "1", null));
  }

  public void everythingElseIs() {
    assertThat(
            List.of(
                start("c", "t", "a", "1", null),
                start("c", "u", "a", "1", null),
                start("c", "t", "b", "1", null),
                start("c", "t", "a", "2", null),
                start("c", "t", "a", "1", "{}"),
                start("c", "t", "a", "1", null, WhenBusy.QUEUE),
                replacement(false),
                replacement(true),
                message("t", "1", null),
                message("t", "1", "a"),
                message("t", "12", null),
                chat("t", "1"),
                chat("u", "1"),
                title("t", "1"),
                title("t", "12"),
                title("u", "1")))
        .doesNotHaveDuplicates();
  }

  /** The same JSON in other bytes is another command. */
  public void itGoesByBytes() {
    assertThat(
            List.of(
                start("c", "t", "a", "{\"a\":1,\"b\":2}", null),
                start("c", "t", "a", "{\"a\": 1,\"b\":2}", null),
                start("c", "t", "a", "{\"b\":2,\"a\":1}", null),
                start("c", "t", "a", "\"\u00e9\"", null),
                start("c", "t", "a", "\"\\u00e9\"", null)))
        .doesNotHaveDuplicates();
  }

  public void fieldsAreNotConfusedWithTheirNeighbours() {
    assertThat(start("c", "t", "ab", "c", null)).isNotEqualTo(start("c", "t", "a", "bc", null));
    assertThat(chat("t1", "2")).isNotEqualTo(chat("t", "12"));
  }
}
