package dev.parley.gateway.tests.startup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.Test;

/** The gateway answers as printed in the README. */
@Test(groups = {"startup", "chat_events"})
public class ReadmeTest extends GatewayTest {

  private static final Path README = Path.of("..", "README.md");

  public void theGatewayAnswersAsPrintedInTheReadme() throws IOException {
    List<Received> printed = printed("< ");
    WsClient client = connect("dev");
    for (Received command : printed("> ")) {
      client.send(command.json().toString());
    }
    client.await("agent_completed", "demo");
    assertThat(story(client.received())).isEqualTo(story(printed));
  }

  private static List<Received> printed(String marker) throws IOException {
    List<Received> frames = new ArrayList<>();
    for (String line : Files.readAllLines(README)) {
      if (line.startsWith(marker + '{')) {
        frames.add(new Received(Json.parse(line.substring(marker.length()))));
      }
    }
    assertThat(frames).as("lines of the README with " + marker).isNotEmpty();
    return frames;
  }

  /**
   * The content of the frames, without ids, times and numbers that differ between runs. Deltas are
   * merged because a busy gateway may merge them. {@code caught_up} and {@code welcome} are left
   * out because their position may differ.
   */
  private static List<String> story(List<Received> frames) {
    List<String> story = new ArrayList<>();
    StringBuilder delta = new StringBuilder();
    for (Received frame : frames) {
      if (frame.type().equals("caught_up") || frame.type().equals("welcome")) {
        continue;
      }
      if (frame.type().equals("agent_message") || frame.text("phase").equals("delta")) {
        delta.append(frame.text("delta")).append(frame.text("text"));
        continue;
      }
      if (!delta.isEmpty()) {
        story.add("said " + delta);
        delta.setLength(0);
      }
      story.add(frame.type() + " " + timeless(frame.payload()));
    }
    return story;
  }

  private static String timeless(JsonNode payload) {
    return payload
        .toString()
        .replaceAll("\"(run_id|message_id|epoch)\":\"[^\"]*\"", "\"$1\":…")
        .replaceAll("\"(head|duration_ms)\":\\d+", "\"$1\":…");
  }
}
