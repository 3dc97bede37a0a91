package dev.parley.gateway.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;

/** How JSON is read and written, and within which limits (protocol, "Commands"). */
final class JsonForm {

  static final int MAX_DEPTH = 64;
  static final int MAX_DIGITS = 64;
  static final int MAX_NAME_BYTES = 50_000;

  /** So deep may a frame be nested for its id to be found behind. */
  private static final int SEARCHED_DEPTH = 100_000;

  /** Nothing beyond the limits, and no name twice in an object. */
  static final JsonFactory STRICT =
      utf8()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_DIGITS)
                  .maxNameLength(MAX_NAME_BYTES)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  /** Whatever is JSON, to say what is wrong with it. */
  static final JsonFactory LENIENT =
      utf8()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(SEARCHED_DEPTH)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private JsonForm() {}

  /** It is UTF-8, and nothing is guessed (RFC 6455, section 5.6). */
  private static JsonFactoryBuilder utf8() {
    return new JsonFactoryBuilder().disable(JsonFactory.Feature.CHARSET_DETECTION);
  }
}
