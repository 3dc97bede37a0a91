package dev.parley.gateway.tests.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Checks frames and bodies against the published JSON Schemas. Used from any thread. */
public final class Schemas {
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
    String path = "/dev/parley/gateway/protocol/schema/" + side + ".schema.json";
    try (InputStream in = Schemas.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new AssertionError("class path: no " + path);
      }
      Schema schema =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(in);
      schema.initializeValidators();
      return schema;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
