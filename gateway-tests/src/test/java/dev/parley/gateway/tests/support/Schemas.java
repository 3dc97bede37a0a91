package dev.parley.gateway.tests.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks frames and bodies against the published JSON Schemas. Used from any thread. */
public final class Schemas {
  private static final String URN = "urn:parley:v1:";
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder ->
              builder.schemas(
                  Stream.of("client", "server", "http", "push")
                      .collect(Collectors.toMap(side -> URN + side, Schemas::text))));
  private static final Schema CLIENT = load("client");
  private static final Schema SERVER = load("server");
  private static final Schema HTTP = load("http");
  private static final Schema PUSH = load("push");

  private Schemas() {}

  /** Fails unless a client may send this frame. */
  public static void checkClient(JsonNode frame) {
    check(CLIENT, "client", frame);
  }

  /** Fails unless the gateway may send this frame. */
  public static void checkServer(JsonNode frame) {
    check(SERVER, "server", frame);
  }

  /** Fails unless the gateway may answer a request with this body. */
  public static void checkHttp(JsonNode body) {
    check(HTTP, "http", body);
  }

  /** Fails unless a hook or a call of a back end may have this body. */
  public static void checkPush(JsonNode body) {
    check(PUSH, "push", body);
  }

  private static void check(Schema schema, String side, JsonNode frame) {
    var problems = schema.validate(frame);
    if (!problems.isEmpty()) {
      throw new AssertionError(
          "frame: " + frame + " (expected: valid for the " + side + " schema) " + problems);
    }
  }

  private static Schema load(String side) {
    Schema schema = REGISTRY.getSchema(SchemaLocation.of(URN + side));
    schema.initializeValidators();
    return schema;
  }

  private static String text(String side) {
    String path = "/dev/parley/gateway/protocol/schema/" + side + ".schema.json";
    try (InputStream in = Schemas.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new AssertionError("class path: no " + path);
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
