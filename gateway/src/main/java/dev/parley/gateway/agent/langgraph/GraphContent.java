package dev.parley.gateway.agent.langgraph;

import static dev.parley.gateway.agent.model.ServiceJson.NODES;

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
 * The content of a user's message: a text, or content blocks of LangChain if there is more than
 * text. Callable from any thread.
 *
 * @see <a href="https://docs.langchain.com/oss/python/langchain/messages">Standard content
 *     blocks</a>
 */
final class GraphContent {

  private GraphContent() {}

  /**
   * The content of these parts.
   *
   * @throws UpstreamException for a part that has no block; names it
   */
  static JsonNode of(List<ContentPart> parts) throws UpstreamException {
    if (parts.stream().allMatch(ContentPart.Text.class::isInstance)) {
      return TextNode.valueOf(
          parts.stream()
              .map(part -> ((ContentPart.Text) part).text())
              .collect(Collectors.joining("\n\n")));
    }
    ArrayNode blocks = NODES.arrayNode(parts.size());
    for (ContentPart part : parts) {
      blocks.add(block(part));
    }
    return blocks;
  }

  private static ObjectNode block(ContentPart part) throws UpstreamException {
    if (part instanceof ContentPart.Text text) {
      return NODES.objectNode().put("type", "text").put("text", text.text());
    }
    if (part instanceof ContentPart.Media media) {
      return media(media);
    }
    throw refused(((ContentPart.Unknown) part).problem());
  }

  private static ObjectNode media(ContentPart.Media media) throws UpstreamException {
    String mediaType = media.mediaType();
    ObjectNode block = NODES.objectNode().put("type", type(media));
    if (media.url() != null) {
      block.put("url", media.url());
    } else if (mediaType == null) {
      throw refused(
          Texts.expected(media.field() + ".media_type", "missing", "the media type of the data"));
    } else {
      block.put("base64", media.data());
    }
    if (mediaType != null) {
      block.put("mime_type", mediaType);
    }
    if (media.name() != null) {
      block.putObject("extras").put("filename", media.name());
    }
    return block;
  }

  private static UpstreamException refused(String problem) {
    return UpstreamException.permanent(ErrorCode.UPSTREAM_REJECTED, problem);
  }

  private static String type(ContentPart.Media media) {
    String mediaType = media.mediaType() == null ? "" : media.mediaType();
    if (media.isImage() || mediaType.startsWith("image/")) {
      return "image";
    }
    if (mediaType.startsWith("audio/")) {
      return "audio";
    }
    return mediaType.startsWith("video/") ? "video" : "file";
  }
}
