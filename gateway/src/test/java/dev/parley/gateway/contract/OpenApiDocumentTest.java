package dev.parley.gateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SpecificationVersion;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.HttpStatus;
import dev.parley.gateway.protocol.Scope;
import java.util.List;
import java.util.Map;
import org.testng.annotations.Test;

/** What a call says of itself is in the document. */
@Test(groups = "unit")
public class OpenApiDocumentTest {

  private static final Call READ =
      Call.get("readThings", "Reads things.")
          .needs(Scope.CHAT)
          .path("thread_id", "Whose things.", "client", "threadId")
          .query("limit", "How many.", 1, 5)
          .header("X-Thing", true, "Which.")
          .answers(200, "A page.", "http", "events")
          .answersText(200, "", "text/event-stream")
          .refuses(ErrorCode.QUOTA_EXCEEDED);

  private static final Call ADD =
      Call.post("addThing", "Adds one.")
          .needs("runToken")
          .takes("It.", "client", "chat", "set_title")
          .answers(200, "Done.", "frame", "accepted")
          .answers(204, "Known.", "http")
          .refusesAs(HttpStatus.CONFLICT, ErrorCode.INVALID_ARGUMENT)
          .refusesWithFrames();

  private static final String GET = "/paths/~1things~1{thread_id}/get";
  private static final String POST = "/paths/~1things/post";

  private final DocumentReader document =
      DocumentReader.of(
          OpenApiDocument.json(
              "1.2.3", Map.of("/things/{thread_id}", List.of(READ), "/things", List.of(ADD))),
          SpecificationVersion.DRAFT_2020_12);

  private String text(String pointer) {
    return document.json().at(pointer).toString();
  }

  public void hasTheVersionAndTheCalls() {
    assertThat(text("/info/version")).isEqualTo("\"1.2.3\"");
    assertThat(document.names("/paths"))
        .containsExactlyInAnyOrder("/things/{thread_id}", "/things");
    assertThat(text(GET + "/operationId")).isEqualTo("\"readThings\"");
    assertThat(text(POST + "/operationId")).isEqualTo("\"addThing\"");
  }

  public void namesTheCredentialsOfItsCallsOnly() {
    assertThat(text(GET + "/security")).isEqualTo("[{\"token\":[\"chat\"]}]");
    assertThat(text(POST + "/security")).isEqualTo("[{\"runToken\":[]}]");
    assertThat(document.names("/components/securitySchemes"))
        .containsExactlyInAnyOrder("token", "runToken");
  }

  public void namesTheParameters() {
    assertThat(document.json().at(GET + "/parameters").valueStream().map(Object::toString))
        .containsExactly(
            "{\"name\":\"thread_id\",\"in\":\"path\",\"description\":\"Whose things.\","
                + "\"required\":true,\"schema\":{\"$ref\":\"#/components/schemas/client_threadId\"}}",
            "{\"name\":\"limit\",\"in\":\"query\",\"description\":\"How many.\",\"required\":false,"
                + "\"schema\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":5}}",
            "{\"name\":\"X-Thing\",\"in\":\"header\",\"description\":\"Which.\",\"required\":true,"
                + "\"schema\":{\"type\":\"string\"}}");
    assertThat(READ.queryNames()).containsExactly("limit");
  }

  public void hasTheFormsOfBodies() {
    assertThat(text(POST + "/requestBody/content/application~1json/schema/oneOf"))
        .contains("client_chat", "client_set_title");
    assertThat(text(POST + "/responses/200/content/application~1json/schema"))
        .contains("frame_accepted");
    assertThat(document.json().at(POST + "/responses/204").has("content")).isFalse();
    assertThat(document.names(GET + "/responses/200/content"))
        .containsExactlyInAnyOrder("application/json", "text/event-stream");
  }

  public void namesTheCodesOfARefusal() {
    assertThat(document.names(GET + "/responses"))
        .containsExactlyInAnyOrder("200", "400", "401", "403", "429", "500", "503", "default");
    assertThat(text(GET + "/responses/429/x-error-codes"))
        .isEqualTo("[\"quota_exceeded\",\"rate_limited\"]");
    assertThat(text(GET + "/responses/401/x-error-codes"))
        .isEqualTo("[\"token_expired\",\"unauthenticated\"]");
    assertThat(text(POST + "/responses/409/x-error-codes")).isEqualTo("[\"invalid_argument\"]");
    assertThat(text(POST + "/responses/413/x-error-codes")).isEqualTo("[\"frame_too_large\"]");
    assertThat(text(GET + "/responses/503/headers")).contains("Retry-After");
    assertThat(text(GET + "/responses/503/content/application~1problem+json"))
        .contains("http_problem");
    assertThat(text(POST + "/responses/503/content/application~1json"))
        .contains("frame_rejected", "frame_error");
  }

  public void allReferencesLeadSomewhereAndAllSchemasAreUsed() {
    assertThat(document.brokenReferences()).isEmpty();
    assertThat(document.unusedSchemas()).isEmpty();
    document
        .names("/components/schemas")
        .forEach(name -> document.schema("/components/schemas/" + name));
  }
}
