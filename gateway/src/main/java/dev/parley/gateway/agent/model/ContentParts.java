package dev.parley.gateway.agent.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Texts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the parts of a message: of a JSON string, of a list of parts, or of an object. An object
 * with the one member {@code text}, {@code content} or {@code question} stands for the value of it;
 * any other is told to the model as JSON.
 */
public final class ContentParts {

  private static final ObjectReader JSON = JsonMapper.builder().build().reader();
  private static final Set<String> WRAPPERS = Set.of("text", "content", "question");
  private static final String IMAGE = "image";
  private static final String FILE = "file";

  private ContentParts() {}

  /**
   * Reads what a model is to answer: the context of the request as a text, then its message.
   *
   * @throws UpstreamException as {@link #input}
   */
  public static List<ContentPart> input(AgentRequest request) throws UpstreamException {
    List<ContentPart> parts = input(request.input());
    if (request.context() != null) {
      String context = "<context>\n" + request.context() + "\n</context>";
      // Many services take a message of one text only.
      boolean isText = parts.get(0) instanceof ContentPart.Text;
      String said = isText ? "\n\n" + ((ContentPart.Text) parts.remove(0)).text() : "";
      parts.add(0, new ContentPart.Text(context + said));
    }
    return parts;
  }

  /**
   * Reads the message that an agent is to answer, without blank texts.
   *
   * @throws UpstreamException for a part that no model takes, which it names, or if nothing is said
   */
  public static List<ContentPart> input(RawJson input) throws UpstreamException {
    List<ContentPart> parts = new ArrayList<>();
    for (ContentPart part : read("input", input)) {
      if (part instanceof ContentPart.Unknown unknown) {
        throw UpstreamException.permanent(ErrorCode.UPSTREAM_REJECTED, unknown.problem());
      }
      if (!(part instanceof ContentPart.Text said) || !said.text().isBlank()) {
        parts.add(part);
      }
    }
    if (parts.isEmpty()) {
      throw UpstreamException.permanent(
          ErrorCode.UPSTREAM_REJECTED, Texts.expected("input", "blank", "a text, image or file"));
    }
    return parts;
  }

  /**
   * Reads the parts in their order.
   *
   * @param field the name of the message in error texts
   */
  public static List<ContentPart> read(String field, RawJson content) {
    try {
      return read(field, JSON.readTree(content.bytes()));
    } catch (IOException e) {
      return List.of(
          new ContentPart.Unknown(
              "text", Texts.expected(field, content.toString(), "well-formed JSON")));
    }
  }

  private static List<ContentPart> read(String field, JsonNode content) {
    if (content.isObject() && content.size() == 1) {
      String only = content.fieldNames().next();
      if (WRAPPERS.contains(only) && !content.get(only).isObject()) {
        return read(field + '.' + only, content.get(only));
      }
    }
    if (!content.isArray()) {
      return List.of(whole(field, content));
    }
    List<ContentPart> parts = new ArrayList<>(content.size());
    for (int i = 0; i < content.size(); i++) {
      parts.add(part(field + '[' + i + ']', content.get(i)));
    }
    return parts;
  }

  private static ContentPart whole(String field, JsonNode content) {
    String type = text(content, "type");
    boolean isPart = type != null && Set.of("text", IMAGE, FILE).contains(type);
    return isPart
        ? part(field, content)
        : new ContentPart.Text(content.isTextual() ? content.textValue() : content.toString());
  }

  private static ContentPart part(String field, JsonNode part) {
    if (part.isTextual()) {
      return new ContentPart.Text(part.textValue());
    }
    String type = text(part, "type");
    if (type == null) {
      return unknown(field, "", part.toString(), "a string, or an object with a type");
    }
    return switch (type) {
      case "text" -> {
        String text = text(part, "text");
        yield text == null
            ? unknown(field + ".text", type, shown(part, "text"), "a string")
            : new ContentPart.Text(text);
      }
      case IMAGE, FILE -> media(field, type, part);
      default -> unknown(field + ".type", type, type, "text, image or file");
    };
  }

  private static ContentPart media(String field, String type, JsonNode part) {
    String url = text(part, "url");
    String data = text(part, "data");
    String mediaType = text(part, "media_type");
    String name = text(part, "name");
    if (url != null && data == null && url.startsWith("data:")) {
      int comma = url.indexOf(',');
      String head = comma < 0 ? "" : url.substring("data:".length(), comma);
      if (!head.endsWith(";base64")) {
        return unknown(field + ".url", type, url, "https:…, or data:<media type>;base64,…");
      }
      String given = head.substring(0, head.length() - ";base64".length());
      String known = mediaType == null ? given : mediaType;
      return new ContentPart.Media(field, type, known, null, url.substring(comma + 1), name);
    }
    if ((url == null) == (data == null)) {
      return unknown(field, type, type, "either url or data");
    }
    return new ContentPart.Media(field, type, mediaType, url, data, name);
  }

  private static ContentPart unknown(String field, String type, String value, String expectation) {
    return new ContentPart.Unknown(type, Texts.expected(field, value, expectation));
  }

  private static String shown(JsonNode part, String name) {
    return part.path(name).toString();
  }

  private static @Nullable String text(JsonNode object, String name) {
    JsonNode value = object.get(name);
    return value != null && value.isTextual() ? value.textValue() : null;
  }
}
