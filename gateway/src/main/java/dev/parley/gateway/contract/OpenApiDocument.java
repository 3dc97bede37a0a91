package dev.parley.gateway.contract;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.contract.Components.Dialect;
import dev.parley.gateway.protocol.HttpStatus;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The OpenAPI 3.1 document of the HTTP calls; bodies have the published schemas. */
public final class OpenApiDocument {

  private static final String PROBLEM = "application/problem+json";

  private final Components components = new Components(Dialect.DRAFT_2020_12);
  private final ObjectNode document = ContractJson.frame("openapi");

  private OpenApiDocument() {}

  /**
   * The document as JSON. Takes some milliseconds; callable from any thread.
   *
   * @param paths the calls of each path
   */
  public static byte[] json(String version, Map<String, List<Call>> paths) {
    return ContractJson.bytes(new OpenApiDocument().made(version, paths));
  }

  private ObjectNode made(String version, Map<String, List<Call>> paths) {
    ContractJson.at(document, "/info").put("version", version);
    ContractJson.at(document, "/components/responses/Refused/content/" + escaped(PROBLEM))
        .set("schema", components.use("http", "problem"));
    Set<String> schemes = new TreeSet<>();
    paths.forEach(
        (path, calls) -> {
          ObjectNode item = ContractJson.at(document, "/paths").putObject(path);
          for (Call call : calls) {
            item.set(call.method().toLowerCase(Locale.ROOT), operation(call));
            call.access().forEach(each -> schemes.add(each.scheme()));
          }
        });
    ContractJson.at(document, "/components/securitySchemes").retain(schemes);
    ContractJson.at(document, "/components").set("schemas", components.json());
    return document;
  }

  private static String escaped(String name) {
    return name.replace("/", "~1");
  }

  private ObjectNode operation(Call call) {
    ObjectNode operation = ContractJson.object();
    operation.put("operationId", call.id()).put("summary", call.summary());
    ArrayNode security = operation.putArray("security");
    for (Call.Access each : call.access()) {
      ObjectNode needed = security.addObject();
      if (!each.scheme().isEmpty()) {
        needed.set(each.scheme(), texts(each.scopes()));
      }
    }
    for (Call.Parameter each : call.parameters()) {
      ObjectNode parameter = operation.withArray("parameters").addObject();
      parameter.put("name", each.name()).put("in", each.place()).put("description", each.text());
      parameter.put("required", each.isRequired());
      parameter.set("schema", each.shape().in(components));
    }
    for (Call.Body body : call.taken()) {
      ObjectNode taken = operation.putObject("requestBody").put("description", body.text());
      content(taken, body.mediaType(), forms(body));
    }
    responses(operation.putObject("responses"), call);
    return operation;
  }

  private static ArrayNode texts(List<String> values) {
    ArrayNode texts = ContractJson.object().arrayNode();
    values.forEach(texts::add);
    return texts;
  }

  private void responses(ObjectNode responses, Call call) {
    for (Call.Body body : call.answers()) {
      ObjectNode response = response(responses, body.status(), body.text());
      if (!body.mediaType().isEmpty()) {
        content(response, body.mediaType(), forms(body));
      }
    }
    Map<HttpStatus, Set<String>> codes = new EnumMap<>(HttpStatus.class);
    for (Call.Refused each : call.refusals()) {
      codes.computeIfAbsent(each.status(), status -> new TreeSet<>()).add(each.code().wire());
    }
    codes.forEach((status, names) -> refusal(responses, call, status, names));
    responses.set("default", ContractJson.reference("#/components/responses/Refused"));
  }

  /** An answer of this status; one that is there already may have another body as well. */
  private static ObjectNode response(ObjectNode responses, int status, String text) {
    return responses.path(Integer.toString(status)) instanceof ObjectNode present
        ? present
        : responses.putObject(Integer.toString(status)).put("description", text);
  }

  private void refusal(ObjectNode responses, Call call, HttpStatus status, Set<String> codes) {
    ObjectNode response = response(responses, status.code(), String.join(", ", codes));
    if (status == HttpStatus.TOO_MANY_REQUESTS || status == HttpStatus.SERVICE_UNAVAILABLE) {
      response
          .putObject("headers")
          .set("Retry-After", ContractJson.reference("#/components/headers/RetryAfter"));
    }
    content(response, PROBLEM, components.use("http", "problem"));
    if (call.hasFrameRefusals()) {
      content(
          response,
          "application/json",
          oneOf(List.of(components.useFrame("rejected"), components.useFrame("error"))));
    }
    response.set("x-error-codes", texts(List.copyOf(codes)));
  }

  private ObjectNode forms(Call.Body body) {
    if (body.forms().isEmpty()) {
      String type = body.mediaType().equals("application/json") ? "object" : "string";
      return ContractJson.object().put("type", type);
    }
    return oneOf(body.forms().stream().map(form -> components.use(body.schema(), form)).toList());
  }

  private static ObjectNode oneOf(List<ObjectNode> forms) {
    if (forms.size() == 1) {
      return forms.get(0);
    }
    ObjectNode schema = ContractJson.object();
    schema.putArray("oneOf").addAll(forms);
    return schema;
  }

  private static void content(ObjectNode part, String mediaType, ObjectNode schema) {
    ObjectNode content =
        part.path("content") instanceof ObjectNode present ? present : part.putObject("content");
    content.putObject(mediaType).set("schema", schema);
  }
}
