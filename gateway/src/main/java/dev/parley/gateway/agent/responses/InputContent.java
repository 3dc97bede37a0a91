package dev.parley.gateway.agent.responses;

import static dev.parley.gateway.agent.model.ServiceJson.NODES;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.model.ContentPart;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Texts;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The {@code content} of a message of the user. Texts alone become one string. */
final class InputContent {

  private InputContent() {}

  /**
   * Checks the parts that are to be answered.
   *
   * @throws UpstreamException naming a part that the API does not take
   */
  static void check(List<ContentPart> parts) throws UpstreamException {
    for (ContentPart part : parts) {
      json(part);
    }
  }

  /** The content; a part of an earlier message that is not taken is named in a text. */
  static JsonNode of(List<ContentPart> parts) {
    if (parts.stream().allMatch(ContentPart.Text.class::isInstance)) {
      return NODES.textNode(
          parts.stream()
              .map(part -> ((ContentPart.Text) part).text())
              .collect(Collectors.joining("\n\n")));
    }
    ArrayNode content = NODES.arrayNode();
    for (ContentPart part : parts) {
      try {
        content.add(json(part));
      } catch (UpstreamException e) {
        content.add(text("[A part is left out: " + e.getMessage() + "]"));
      }
    }
    return content;
  }

  private static ObjectNode json(ContentPart part) throws UpstreamException {
    if (part instanceof ContentPart.Text said) {
      return text(said.text());
    }
    if (part instanceof ContentPart.Media media) {
      String type = media.mediaType();
      boolean isImage = media.isImage() || (type != null && type.startsWith("image/"));
      return isImage ? image(media) : file(media);
    }
    throw UpstreamException.permanent(
        ErrorCode.UPSTREAM_REJECTED, ((ContentPart.Unknown) part).problem());
  }

  private static ObjectNode image(ContentPart.Media media) throws UpstreamException {
    String url = media.url();
    return NODES
        .objectNode()
        .put("type", "input_image")
        .put("detail", "auto")
        .put("image_url", url == null ? dataUrl(media) : url);
  }

  private static ObjectNode file(ContentPart.Media media) throws UpstreamException {
    String type = media.mediaType();
    if (type != null && (type.startsWith("audio/") || type.startsWith("video/"))) {
      throw refused(media.field() + ".media_type", type, "a document or an image");
    }
    String name = media.name();
    String url = media.url();
    ObjectNode json = NODES.objectNode().put("type", "input_file");
    return url == null
        ? json.put("filename", name == null ? "file" : name).put("file_data", dataUrl(media))
        : json.put("file_url", url);
  }

  private static String dataUrl(ContentPart.Media media) throws UpstreamException {
    if (media.mediaType() == null) {
      throw refused(media.field() + ".media_type", null, "a media type, because of data");
    }
    return "data:" + media.mediaType() + ";base64," + media.data();
  }

  private static UpstreamException refused(
      String field, @Nullable String value, String expectation) {
    return UpstreamException.permanent(
        ErrorCode.UPSTREAM_REJECTED,
        Texts.expected(field, value == null ? "missing" : value, expectation));
  }

  private static ObjectNode text(String text) {
    return NODES.objectNode().put("type", "input_text").put("text", text);
  }
}
