package dev.parley.gateway.agent.model;

import org.jspecify.annotations.Nullable;

/** A part of a message to a model. */
public sealed interface ContentPart {

  /** Text; may be blank. */
  record Text(String text) implements ContentPart {}

  /**
   * A picture or a file: {@code {type, url or data, media_type, name?}}.
   *
   * @param field where it stands in the message, for error texts: {@code input[1]}
   * @param type {@code image} or {@code file}
   * @param url where it is; null if {@code data} is given
   * @param data in base64 (RFC 4648, section 4); null if {@code url} is given
   */
  record Media(
      String field,
      String type,
      @Nullable String mediaType,
      @Nullable String url,
      @Nullable String data,
      @Nullable String name)
      implements ContentPart {

    public boolean isImage() {
      return type.equals("image");
    }
  }

  /**
   * A part of another form.
   *
   * @param problem names its field, and what was expected
   */
  record Unknown(String type, String problem) implements ContentPart {}
}
