package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.protocol.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.testng.annotations.Test;

/** The published schema of commands and the decoder accept the same frames. */
@Test(groups = "unit")
public class SchemaAgreementTest {

  private static final List<String> NAMES =
      List.of(
          "id",
          "thread_id",
          "payload",
          "agent",
          "content",
          "epoch",
          "after",
          "seq",
          "text",
          "when_busy",
          "zz");
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "500",
          "501",
          "9007199254740992",
          "\"\"",
          "\"a\"",
          "\"r_1\"",
          "\"A b\"",
          "\"reject\"",
          "\"queue\"",
          "\"replace\"",
          "\"text\"",
          "\"@inbox\"",
          "\".\"",
          "\"..\"",
          "\"...\"",
          "{}",
          "[]",
          "[\"t\"]",
          "[{\"type\":\"text\"}]",
          "{\"thread_id\":\"t\",\"after\":1}");

  private final Random random = new Random(11);

  public void decoderAndSchemaAgreeOnMutatedFrames() {
    List<String> samples = List.copyOf(CommandSamples.all().keySet());
    for (int i = 0; i < 10_000; i++) {
      JsonNode frame = read(samples.get(random.nextInt(samples.size())));
      for (int change = random.nextInt(3); change >= 0; change--) {
        mutate(frame);
      }
      assertThat(isDecoded(frame))
          .as(frame.toString())
          .isEqualTo(JsonFrames.isValidFromClient(frame));
    }
  }

  private static JsonNode read(String json) {
    return JsonFrames.read(json.getBytes(UTF_8));
  }

  private static boolean isDecoded(JsonNode frame) {
    try {
      return MessageCodec.decode(frame.toString().getBytes(UTF_8)) != null;
    } catch (RefusedException e) {
      return false;
    }
  }

  private void mutate(JsonNode frame) {
    List<JsonNode> places = new ArrayList<>();
    collect(frame, places);
    JsonNode place = places.get(random.nextInt(places.size()));
    JsonNode value = read(VALUES.get(random.nextInt(VALUES.size())));
    if (place instanceof ObjectNode object) {
      List<String> names = object.properties().stream().map(Map.Entry::getKey).toList();
      boolean known = !names.isEmpty() && random.nextInt(4) > 0;
      String name =
          known ? names.get(random.nextInt(names.size())) : NAMES.get(random.nextInt(NAMES.size()));
      if (random.nextInt(3) == 0) {
        object.remove(name);
      } else {
        object.set(name, value);
      }
    } else if (place instanceof ArrayNode array) {
      array.add(value);
    }
  }

  private static void collect(JsonNode node, List<JsonNode> places) {
    if (node.isContainerNode()) {
      places.add(node);
      node.forEach(child -> collect(child, places));
    }
  }
}
