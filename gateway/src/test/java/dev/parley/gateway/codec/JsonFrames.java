package dev.parley.gateway.codec;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** Reads frames with another parser than the gateway, and checks them by the published schemas. */
public final class JsonFrames {

  private static final JsonMapper STRICT =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final Schema CLIENT = schema("client");
  private static final Schema SERVER = schema("server");

  private JsonFrames() {}

  /** The frame, which is one JSON value. */
  public static JsonNode read(byte[] frame) {
    try {
      return STRICT.readTree(frame);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The frame of the gateway, checked by the published schema. */
  public static JsonNode fromServer(byte[] frame) {
    JsonNode json = read(frame);
    var problems = SERVER.validate(json);
    if (!problems.isEmpty()) {
      throw new AssertionError("frame: " + json + " (expected: valid) " + problems);
    }
    return json;
  }

  /** Whether the published schema allows a client to send the frame. */
  static boolean isValidFromClient(JsonNode frame) {
    return CLIENT.validate(frame).isEmpty();
  }

  private static Schema schema(String side) {
    String path = "/dev/parley/gateway/protocol/schema/" + side + ".schema.json";
    try (InputStream in = Objects.requireNonNull(JsonFrames.class.getResourceAsStream(path))) {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
