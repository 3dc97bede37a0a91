package dev.parley.gateway.tests.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks answers by the OpenAPI document of a gateway. Used from any thread. */
public final class DocumentedCalls {
  private static final Pattern NAME = Pattern.compile("\\{[a-z_]+}");
  private static @Nullable DocumentedCalls served;

  private final JsonNode document;
  private final Map<JsonNode, Schema> schemas = new ConcurrentHashMap<>();

  private DocumentedCalls(JsonNode document) {
    this.document = document;
  }

  /** Fails unless the document of the gateway, if it serves one now, allows this answer. */
  public static void check(URI gateway, HttpResponse<String> answer) {
    DocumentedCalls calls = of(gateway);
    if (calls != null) {
      calls.check(answer);
    }
  }

  /** The document is the same for all gateways of a test run. */
  private static synchronized @Nullable DocumentedCalls of(URI gateway) {
    if (served == null) {
      HttpRequest request = HttpRequest.newBuilder(gateway.resolve("/v1/openapi.json")).build();
      HttpResponse<String> answer = TestHttp.answer(request, BodyHandlers.ofString());
      served = answer.statusCode() == 200 ? new DocumentedCalls(Json.parse(answer.body())) : null;
    }
    return served;
  }

  private void check(HttpResponse<String> answer) {
    String path = answer.request().uri().getRawPath();
    JsonNode call = item(path).path(answer.request().method().toLowerCase(Locale.ROOT));
    JsonNode response = call.path("responses").path(Integer.toString(answer.statusCode()));
    String type = answer.headers().firstValue("content-type").orElse("");
    String body = answer.body();
    JsonNode content = response.path("content").path(type.replaceFirst(";.*", ""));
    boolean isKnown = body.isEmpty() ? response.isObject() : content.isObject();
    if (call.isObject() && !isKnown) {
      throw new AssertionError(
          describe(answer) + " (expected: an answer in " + call.path("responses") + ")");
    }
    if (call.isObject() && type.endsWith("json")) {
      checkBody(answer, response, content.path("schema"));
    }
  }

  private void checkBody(HttpResponse<String> answer, JsonNode response, JsonNode form) {
    JsonNode body = Json.parse(answer.body());
    var problems = schemas.computeIfAbsent(form, this::schema).validate(body);
    String code =
        body.has("payload") ? body.at("/payload/code").asText() : body.path("code").asText();
    boolean isListed =
        response.path("x-error-codes").valueStream().anyMatch(each -> each.asText().equals(code));
    if (!problems.isEmpty() || (!code.isEmpty() && !isListed)) {
      throw new AssertionError(
          describe(answer)
              + " (expected: as documented) "
              + problems
              + response.path("x-error-codes"));
    }
  }

  private static String describe(HttpResponse<String> answer) {
    return answer.request().method()
        + " "
        + answer.request().uri().getRawPath()
        + ": "
        + answer.statusCode()
        + " "
        + answer.body();
  }

  /** The item of a path; missing for a path that the document does not have. */
  private JsonNode item(String path) {
    JsonNode paths = document.path("paths");
    return paths
        .propertyStream()
        .filter(each -> Pattern.matches(NAME.matcher(each.getKey()).replaceAll("[^/]+"), path))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(paths.path(path));
  }

  private Schema schema(JsonNode form) {
    ObjectNode root = Json.object();
    root.put("$schema", SpecificationVersion.DRAFT_2020_12.getDialectId());
    root.set("components", document.path("components"));
    root.putArray("allOf").add(form);
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(root);
  }
}
