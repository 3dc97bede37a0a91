package dev.parley.gateway.contract;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.contract.Components.Dialect;
import dev.parley.gateway.protocol.CloseReason;
import java.util.List;

/**
 * The AsyncAPI 3.0 document of the WebSocket: each command, event and signal is a message whose
 * payload is the published schema of its frame.
 */
public final class AsyncApiDocument {

  private static final String CHANNEL = "/channels/connection";

  private final Components components = new Components(Dialect.DRAFT_7);
  private final ObjectNode document = ContractJson.frame("asyncapi");
  private final ObjectNode channel = ContractJson.at(document, CHANNEL);

  private AsyncApiDocument() {}

  /** The document as JSON. Takes some milliseconds; callable from any thread. */
  public static byte[] json(String version) {
    return ContractJson.bytes(new AsyncApiDocument().made(version));
  }

  private ObjectNode made(String version) {
    ContractJson.at(document, "/info").put("version", version);
    channel.putObject("messages");
    for (String type : components.names("client", "/properties/type/enum")) {
      add("commands", type, components.use("client", type));
    }
    for (String type : components.names("server", "/$defs/eventType/enum")) {
      add("events", type, components.useFrame(type));
    }
    for (String type : components.names("server", "/$defs/signalType/enum")) {
      add("signals", type, components.useFrame(type));
    }
    closeCodes(channel.putArray("x-close-codes"));
    ContractJson.at(document, "/components").set("schemas", components.json());
    return document;
  }

  private void add(String operation, String type, ObjectNode payload) {
    var schema = components.target(payload);
    ObjectNode message = ContractJson.at(channel, "/messages").putObject(type);
    message.put("name", type).put("title", type);
    message.set("summary", schema.path("description"));
    if (schema.path("properties").has("id")) {
      message.set("correlationId", ContractJson.reference("#/components/correlationIds/commandId"));
    }
    message.set("payload", payload);
    ContractJson.at(document, "/operations/" + operation)
        .withArray("messages")
        .add(ContractJson.reference("#" + CHANNEL + "/messages/" + type));
  }

  private static void closeCodes(ArrayNode codes) {
    for (CloseReason reason : List.of(CloseReason.values())) {
      codes.addObject().put("code", reason.code()).put("reason", reason.text());
    }
  }
}
