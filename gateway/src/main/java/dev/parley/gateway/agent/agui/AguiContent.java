package dev.parley.gateway.agent.agui;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.parley.gateway.agent.model.ContentPart;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Texts;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The content of a user's message: a text, or parts {@code {type: image, audio, video or document,
 * source}} if there is more than text. Callable from any thread.
 *
 * @see <a href="https://docs.ag-ui.com/spec/1.0/schema#usermessage">UserMessage</a>
 */
final class AguiContent {

  private static final String MIME_TYPE = "mimeType";

  private AguiContent() {}

  /**
   * The message that the agent is to answer.
   *
   * @throws UpstreamException for a part that AG-UI has no form for; names it
   */
  static JsonNode of(List<ContentPart> parts) throws UpstreamException {
    if (parts.stream().allMatch(ContentPart.Text.class::isInstance)) {
      return TextNode.valueOf(
          parts.stream()
              .map(part -> ((ContentPart.Text) part).text())
              .collect(Collectors.joining("\n\n")));
    }
    ArrayNode content = AguiJson.NODES.arrayNode(parts.size());
    for (ContentPart part : parts) {
      content.add(one(part));
    }
    return content;
  }

  /** An older message: what AG-UI has no form for is told in words. */
  static JsonNode past(List<ContentPart> parts) {
    try {
      return of(parts.stream().map(AguiContent::known).toList());
    } catch (UpstreamException e) {
      throw new IllegalStateException("a part that is known has no form", e);
    }
  }

  private static ContentPart known(ContentPart part) {
    try {
      one(part);
      return part;
    } catch (UpstreamException e) {
      return new ContentPart.Text("[A part is left out: " + e.getMessage() + "]");
    }
  }

  private static ObjectNode one(ContentPart part) throws UpstreamException {
    if (part instanceof ContentPart.Text text) {
      return AguiJson.NODES.objectNode().put("type", "text").put("text", text.text());
    }
    if (part instanceof ContentPart.Media media) {
      return media(media);
    }
    ContentPart.Unknown unknown = (ContentPart.Unknown) part;
    throw UpstreamException.permanent(ErrorCode.UPSTREAM_REJECTED, unknown.problem());
  }

  private static ObjectNode media(ContentPart.Media media) throws UpstreamException {
    String mediaType = media.mediaType();
    ObjectNode source = AguiJson.NODES.objectNode();
    if (media.url() != null) {
      source.put("type", "url").put("value", media.url());
    } else if (mediaType == null) {
      throw UpstreamException.permanent(
          ErrorCode.UPSTREAM_REJECTED,
          Texts.expected(media.field() + ".media_type", "missing", "the media type of the data"));
    } else {
      source.put("type", "data").put("value", media.data());
    }
    if (mediaType != null) {
      source.put(MIME_TYPE, mediaType);
    }
    ObjectNode part = AguiJson.NODES.objectNode();
    part.put("type", type(media));
    part.set("source", source);
    return part;
  }

  private static String type(ContentPart.Media media) {
    String mediaType = media.mediaType() == null ? "" : media.mediaType();
    if (media.isImage() || mediaType.startsWith("image/")) {
      return "image";
    }
    if (mediaType.startsWith("audio/")) {
      return "audio";
    }
    return mediaType.startsWith("video/") ? "video" : "document";
  }
}
