package dev.parley.gateway.agent.push;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.parley.gateway.protocol.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The published schema of calls and their reader accept the same bodies. */
@Test(groups = "unit")
public class PushSchemaTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> SAMPLES =
      List.of(
          "{'type':'agent_message','delta':'a'}",
          "{'type':'agent_thinking','phase':'start'}",
          "{'type':'agent_thinking','phase':'delta','text':'a'}",
          "{'type':'agent_thinking','phase':'step','step':'a','progress':0.5}",
          "{'type':'tool_executing','tool_call_id':'a','tool_name':'a','arguments':{}}",
          "{'type':'tool_completed','tool_call_id':'a','status':'ok','result':1,'error':'a'}",
          "{'type':'thread_titled','title':'a'}",
          "{'type':'state_updated','snapshot':1}",
          "{'type':'state_updated','patch':[]}",
          "{'type':'custom','name':'a','value':1}",
          "{'type':'agent_completed','finish':'stop','usage':{},'result':1}",
          "{'type':'agent_failed','code':'agent_error','message':'a','retryable':true,"
              + "'retry_after_ms':1}");
  private static final List<String> NAMES =
      List.of(
          "type",
          "phase",
          "text",
          "step",
          "progress",
          "delta",
          "arguments",
          "result",
          "snapshot",
          "patch",
          "value",
          "usage",
          "code",
          "retry_after_ms",
          "zz");
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "0.5",
          "2",
          "86400001",
          "''",
          "'a'",
          "'end'",
          "'delta'",
          "'step'",
          "'length'",
          "'error'",
          "'run_ended'",
          "'agent_message'",
          "'agent_completed'",
          "{}",
          "[]",
          "[{}]");

  private final Random random = new Random(29);
  private Schema schema;

  @BeforeClass(alwaysRun = true)
  public void readSchema() throws IOException {
    String path = "/dev/parley/gateway/protocol/schema/push.schema.json";
    try (InputStream in = requireNonNull(PushSchemaTest.class.getResourceAsStream(path), path)) {
      schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(in);
    }
  }

  private static JsonNode read(String json) throws IOException {
    return JSON.readTree(json.replace('\'', '"'));
  }

  public void readerAndSchemaAgreeOnMutatedEvents() throws IOException {
    for (int i = 0; i < 10_000; i++) {
      ObjectNode body = JSON.createObjectNode();
      ArrayNode events = body.putArray("events");
      ObjectNode event = (ObjectNode) read(SAMPLES.get(random.nextInt(SAMPLES.size())));
      events.add(event);
      for (int change = random.nextInt(3); change > 0; change--) {
        mutate(event);
      }
      if (random.nextInt(20) == 0) {
        mutate(body);
      }
      assertThat(isRead(body)).as(body.toString()).isEqualTo(schema.validate(body).isEmpty());
    }
  }

  private void mutate(ObjectNode object) throws IOException {
    List<String> names = new ArrayList<>();
    for (Map.Entry<String, JsonNode> each : object.properties()) {
      names.add(each.getKey());
    }
    switch (random.nextInt(3)) {
      case 0 -> object.set(NAMES.get(random.nextInt(NAMES.size())), value());
      case 1 -> object.set(names.get(random.nextInt(names.size())), value());
      default -> object.remove(names.get(random.nextInt(names.size())));
    }
    if (object.isEmpty()) {
      object.put("zz", 1);
    }
  }

  private JsonNode value() throws IOException {
    return read(VALUES.get(random.nextInt(VALUES.size())));
  }

  private static boolean isRead(JsonNode body) {
    try {
      return PushedEvents.read(body.toString().getBytes(UTF_8)) != null;
    } catch (RefusedException e) {
      return false;
    }
  }
}
