package dev.parley.gateway.agent.openai;

import static dev.parley.gateway.agent.model.ServiceJson.NODES;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.model.ContentPart;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Texts;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The {@code content} of a message of the user. Texts alone become one string, which every service
 * takes.
 */
final class UserContent {

  /** The types of sound that {@code input_audio} has a word for. */
  private static final Map<String, String> SOUNDS =
      Map.of(
          "audio/wav", "wav",
          "audio/x-wav", "wav",
          "audio/wave", "wav",
          "audio/mpeg", "mp3",
          "audio/mp3", "mp3");

  private UserContent() {}

  /**
   * Checks the parts that are to be answered.
   *
   * @throws UpstreamException naming a part that Chat Completions do not take
   */
  static void check(List<ContentPart> parts) throws UpstreamException {
    for (ContentPart part : parts) {
      Mapped mapped = mapped(part);
      if (mapped.json() == null) {
        throw UpstreamException.permanent(ErrorCode.UPSTREAM_REJECTED, mapped.problem());
      }
    }
  }

  /** The content; a part of an earlier message that is not taken is named in a text. */
  static JsonNode of(List<ContentPart> parts) {
    ArrayNode content = NODES.arrayNode();
    for (ContentPart part : parts) {
      Mapped mapped = mapped(part);
      JsonNode json = mapped.json();
      content.add(json == null ? text("[A part is left out: " + mapped.problem() + "]") : json);
    }
    return plainIfText(parts, content);
  }

  private static JsonNode plainIfText(List<ContentPart> parts, ArrayNode content) {
    if (!parts.stream().allMatch(ContentPart.Text.class::isInstance)) {
      return content;
    }
    return NODES.textNode(
        parts.stream()
            .map(part -> ((ContentPart.Text) part).text())
            .collect(Collectors.joining("\n\n")));
  }

  /** A part of the request, or why there is none. */
  private record Mapped(@Nullable ObjectNode json, String problem) {

    static Mapped to(ObjectNode json) {
      return new Mapped(json, "");
    }

    static Mapped refused(String field, @Nullable String value, String expectation) {
      String shown = value == null ? "missing" : value;
      return new Mapped(null, Texts.expected(field, shown, expectation));
    }
  }

  private static Mapped mapped(ContentPart part) {
    if (part instanceof ContentPart.Text said) {
      return Mapped.to(text(said.text()));
    }
    if (part instanceof ContentPart.Media media) {
      return isImage(media) ? image(media) : file(media);
    }
    return new Mapped(null, ((ContentPart.Unknown) part).problem());
  }

  private static boolean isImage(ContentPart.Media media) {
    String type = media.mediaType();
    return media.isImage() || (type != null && type.startsWith("image/"));
  }

  private static Mapped image(ContentPart.Media media) {
    String url = media.url();
    if (url == null && media.mediaType() == null) {
      return Mapped.refused(media.field() + ".media_type", null, "a media type, because of data");
    }
    ObjectNode json = NODES.objectNode().put("type", "image_url");
    json.putObject("image_url").put("url", url == null ? dataUrl(media) : url);
    return Mapped.to(json);
  }

  private static Mapped file(ContentPart.Media media) {
    String type = media.mediaType();
    String data = media.data();
    if (data == null) {
      return Mapped.refused(
          media.field() + ".url", media.url(), "data; Chat Completions take no file by its url");
    }
    if (type == null) {
      return Mapped.refused(media.field() + ".media_type", null, "a media type, because of data");
    }
    String sound = SOUNDS.get(type);
    if (sound != null) {
      ObjectNode json = NODES.objectNode().put("type", "input_audio");
      json.putObject("input_audio").put("data", data).put("format", sound);
      return Mapped.to(json);
    }
    if (type.startsWith("audio/") || type.startsWith("video/")) {
      return Mapped.refused(
          media.field() + ".media_type", type, "a document, image, audio/wav or audio/mpeg");
    }
    String name = media.name();
    ObjectNode json = NODES.objectNode().put("type", "file");
    json.putObject("file")
        .put("filename", name == null ? "file" : name)
        .put("file_data", dataUrl(media));
    return Mapped.to(json);
  }

  private static String dataUrl(ContentPart.Media media) {
    return "data:" + media.mediaType() + ";base64," + media.data();
  }

  private static ObjectNode text(String text) {
    return NODES.objectNode().put("type", "text").put("text", text);
  }
}
