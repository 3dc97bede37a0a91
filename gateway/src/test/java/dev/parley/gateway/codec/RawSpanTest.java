package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.ClientCommand;
import java.util.List;
import java.util.Random;
import org.testng.annotations.Test;

/** Raw JSON is kept byte for byte. */
@Test(groups = "unit")
public class RawSpanTest {

  private static final List<String> SPACES = List.of("", "", " ", "\n", "\t\r\n  ");
  private static final List<String> TEXTS =
      List.of("", "a", "é", "漢字", "\uD83D\uDE00", "\\n", "\\u00e9", "\\\"", "\\ud83d\\ude00", "/");
  private static final List<String> SCALARS =
      List.of("0", "-0", "1.5e-7", "12345678901234567890", "true", "false", "null", "1E+2");

  private final Random random = new Random(42);

  private String pick(List<String> from) {
    return from.get(random.nextInt(from.size()));
  }

  private String space() {
    return pick(SPACES);
  }

  private String text() {
    StringBuilder text = new StringBuilder("\"");
    for (int i = random.nextInt(4); i > 0; i--) {
      text.append(pick(TEXTS));
    }
    return text.append('"').toString();
  }

  private String value(int depth) {
    int kind = random.nextInt(depth > 4 ? 2 : 4);
    return switch (kind) {
      case 0 -> pick(SCALARS);
      case 1 -> text();
      case 2 -> array(depth);
      default -> object(depth);
    };
  }

  private String array(int depth) {
    StringBuilder array = new StringBuilder("[").append(space());
    for (int i = random.nextInt(4); i > 0; i--) {
      array.append(value(depth + 1)).append(space()).append(i > 1 ? "," + space() : "");
    }
    return array.append(']').toString();
  }

  private String object(int depth) {
    StringBuilder object = new StringBuilder("{").append(space());
    for (int i = random.nextInt(4); i > 0; i--) {
      // No duplicate names.
      object.append("\"").append(pick(List.of("k", "é", "\\u0041"))).append(i).append('"');
      object.append(space()).append(':').append(space()).append(value(depth + 1));
      object.append(space()).append(i > 1 ? "," + space() : "");
    }
    return object.append('}').toString();
  }

  private String frame(String type, List<String> fields) {
    StringBuilder payload = new StringBuilder("{");
    for (String field : fields) {
      int colon = field.indexOf(':');
      String name = field.substring(0, colon);
      payload.append(payload.length() == 1 ? "" : ",").append(space());
      payload.append('"').append(name).append('"').append(space()).append(':').append(space());
      payload.append(field.substring(colon + 1)).append(space());
    }
    return "%s{%s\"id\":\"c\",\"payload\"%s:%s%s,\"thread_id\":\"t\",%s\"type\":\"%s\"%s}%s"
        .formatted(
            space(),
            space(),
            space(),
            space(),
            payload.append('}'),
            space(),
            type,
            space(),
            space());
  }

  private static ClientCommand decode(String frame) {
    return MessageCodec.decode(frame.getBytes(UTF_8));
  }

  public void inputAndContextComeThroughUnchanged() {
    for (int i = 0; i < 3000; i++) {
      String input = random.nextBoolean() ? text() : object(0);
      String context = object(0);
      String frame =
          frame("start_agent", List.of("input:" + input, "agent:\"a\"", "context:" + context));
      ClientCommand.StartAgent command = (ClientCommand.StartAgent) decode(frame);
      assertThat(command.input().toString()).as(frame).isEqualTo(input);
      assertThat(String.valueOf(command.context())).as(frame).isEqualTo(context);
    }
  }

  public void contentComesThroughUnchanged() {
    for (int i = 0; i < 3000; i++) {
      String part = "{\"type\":\"x\"," + space() + "\"data\":" + value(0) + space() + "}";
      String content =
          random.nextBoolean() ? "\"a" + text().substring(1) : "[" + space() + part + "]";
      ClientCommand.Chat command =
          (ClientCommand.Chat) decode(frame("chat", List.of("content:" + content)));
      assertThat(command.content().toString()).isEqualTo(content);
      assertThat(command.content().isChecked()).isTrue();
    }
  }
}
