package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.ServerEvent.MessageKind;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class QueuedInputTest {

  private static RawJson json(String text) {
    return RawJson.checked(text.getBytes(UTF_8));
  }

  private static Optional<QueuedInput> stored(
      MessageKind kind, String body, ServerEvent.@Nullable QueuedContext queued) {
    ServerEvent event =
        new ServerEvent.MessageAdded(new MessageId("m_1"), kind, json(body), queued);
    return QueuedInput.read(EventCodec.body(event, null, Instant.EPOCH));
  }

  public void isReadAsItWasSent() {
    ServerEvent.QueuedContext all =
        new ServerEvent.QueuedContext(json("{ \"n\":1.50}"), CommandSamples.TRACE);
    assertThat(stored(MessageKind.START_AGENT, "{\"a\" : 1e2}", all))
        .contains(new QueuedInput(json("{\"a\" : 1e2}"), all));
    ServerEvent.QueuedContext nothing = new ServerEvent.QueuedContext(null, null);
    assertThat(stored(MessageKind.USER_MESSAGE, "\"\\u00e9\"", nothing))
        .contains(new QueuedInput(json("\"\\u00e9\""), nothing));
  }

  public void aMessageThatIsNotQueuedIsNone() {
    assertThat(stored(MessageKind.USER_MESSAGE, "\"a\"", null)).isEmpty();
  }
}
