package dev.parley.gateway.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;

/** How JSON is read and written, and the limits of frames (protocol, "Commands"). */
final class JsonForm {

  static final int MAX_DEPTH = 64;
  static final int MAX_DIGITS = 64;
  static final int MAX_NAME_BYTES = 50_000;

  /** The maximum depth at which the id of a refused frame is still found. */
  private static final int MAX_SEARCHED_DEPTH = 100_000;

  /** Refuses what is beyond the limits, and duplicate names in an object. */
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

  /** Reads any JSON: refused frames, and what was checked before it was stored. */
  static final JsonFactory LENIENT =
      utf8()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_SEARCHED_DEPTH)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private JsonForm() {}

  /** UTF-8 only, without detection of other encodings (RFC 6455, section 5.6). */
  private static JsonFactoryBuilder utf8() {
    return new JsonFactoryBuilder().disable(JsonFactory.Feature.CHARSET_DETECTION);
  }
}
