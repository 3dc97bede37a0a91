package dev.parley.gateway.agent.anthropic;

import dev.parley.gateway.agent.model.ContentPart;
import dev.parley.gateway.agent.model.RawMembers;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Texts;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The content blocks of a user (Anthropic, "Vision", "PDF support"): text, image, document. */
final class UserBlocks {

  private static final Set<String> IMAGES =
      Set.of("image/jpeg", "image/png", "image/gif", "image/webp");
  private static final String PDF = "application/pdf";

  private UserBlocks() {}

  /**
   * The block of a part.
   *
   * @throws UpstreamException for a part that the API does not take; names it
   */
  static String of(ContentPart part) throws UpstreamException {
    if (part instanceof ContentPart.Text text) {
      return text(text.text());
    }
    if (part instanceof ContentPart.Media media) {
      return media.isImage() ? image(media) : document(media);
    }
    throw rejected(((ContentPart.Unknown) part).problem());
  }

  static String text(String text) {
    return block("text", "text", RawMembers.quoted(text)).toString();
  }

  private static String image(ContentPart.Media media) throws UpstreamException {
    String type = mediaType(media);
    boolean isKnown = type == null ? media.url() != null : IMAGES.contains(type);
    if (!isKnown) {
      throw wrongType(media, "image/jpeg, image/png, image/gif or image/webp");
    }
    return block("image", "source", source(media, type).toString()).toString();
  }

  private static String document(ContentPart.Media media) throws UpstreamException {
    String type = mediaType(media);
    boolean isText = type != null && type.startsWith("text/") && media.data() != null;
    boolean isPdf = type == null ? media.url() != null : type.equals(PDF);
    if (!isText && !isPdf) {
      throw wrongType(media, PDF + ", or text/… with data");
    }
    RawMembers source = isText ? textSource(media) : source(media, type);
    RawMembers block = block("document", "source", source.toString());
    String name = media.name();
    if (name != null && !name.isBlank()) {
      block.putText("title", name);
    }
    return block.toString();
  }

  private static RawMembers source(ContentPart.Media media, @Nullable String type)
      throws UpstreamException {
    String url = media.url();
    if (url != null) {
      return block("url", "url", RawMembers.quoted(url));
    }
    decoded(media);
    RawMembers source = block("base64", "media_type", RawMembers.quoted(String.valueOf(type)));
    source.putText("data", String.valueOf(media.data()));
    return source;
  }

  private static RawMembers textSource(ContentPart.Media media) throws UpstreamException {
    String text = new String(decoded(media), StandardCharsets.UTF_8);
    if (text.isBlank()) {
      throw rejected(Texts.expected(media.field() + ".data", "blank", "a text"));
    }
    RawMembers source = block("text", "media_type", "\"text/plain\"");
    source.putText("data", text);
    return source;
  }

  private static byte[] decoded(ContentPart.Media media) throws UpstreamException {
    String data = String.valueOf(media.data());
    try {
      return Base64.getDecoder().decode(data);
    } catch (IllegalArgumentException e) {
      String shown = data.length() + " characters";
      throw rejected(Texts.expected(media.field() + ".data", shown, "base64"));
    }
  }

  private static @Nullable String mediaType(ContentPart.Media media) {
    String type = media.mediaType();
    return type == null ? null : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  private static RawMembers block(String type, String name, String json) {
    RawMembers block = new RawMembers();
    block.putText("type", type);
    block.put(name, json);
    return block;
  }

  private static UpstreamException wrongType(ContentPart.Media media, String expectation) {
    String type = media.mediaType();
    String shown = type == null ? "missing" : type;
    return rejected(Texts.expected(media.field() + ".media_type", shown, expectation));
  }

  private static UpstreamException rejected(String problem) {
    return UpstreamException.permanent(ErrorCode.UPSTREAM_REJECTED, problem);
  }
}
