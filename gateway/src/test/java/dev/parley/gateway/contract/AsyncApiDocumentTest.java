package dev.parley.gateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.ServerSignal;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The document has what the code has, and nothing else. */
@Test(groups = "unit")
public class AsyncApiDocumentTest {

  private final DocumentReader document =
      DocumentReader.of(AsyncApiDocument.json("1.2.3"), SpecificationVersion.DRAFT_7);

  private List<String> messages(String operation) {
    return document
        .json()
        .at("/operations/" + operation + "/messages")
        .findValuesAsText("$ref")
        .stream()
        .map(each -> each.substring(each.lastIndexOf('/') + 1))
        .toList();
  }

  public void hasTheVersionOfTheGateway() {
    assertThat(document.json().at("/info/version").asText()).isEqualTo("1.2.3");
  }

  public void eachCommandIsAMessage() {
    assertThat(letters(messages("commands").stream()))
        .isEqualTo(letters(commands(ClientCommand.class).map(Class::getSimpleName)));
  }

  private static Stream<Class<?>> commands(Class<?> type) {
    return type.isSealed()
        ? Stream.of(type.getPermittedSubclasses()).flatMap(AsyncApiDocumentTest::commands)
        : Stream.of(type);
  }

  public void eachEventIsAMessage() {
    assertThat(messages("events"))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(EventType.values()).map(EventType::wire).toList());
  }

  /** What answers {@code refresh_token} is an {@code accepted} as well. */
  public void eachSignalIsAMessage() {
    Stream<String> signals =
        Stream.of(ServerSignal.Handler.class.getDeclaredMethods())
            .map(Method::getName)
            .filter(name -> !name.equals("refreshed"));
    assertThat(letters(messages("signals").stream())).isEqualTo(letters(signals));
  }

  private static Set<String> letters(Stream<String> names) {
    return names
        .map(name -> name.replace("_", "").toLowerCase(Locale.ROOT))
        .collect(Collectors.toSet());
  }

  public void theChannelHasTheMessagesOfItsOperations() {
    assertThat(document.names("/channels/connection/messages"))
        .isEqualTo(
            document.names("/operations").stream()
                .flatMap(operation -> messages(operation).stream())
                .collect(Collectors.toSet()));
  }

  public void eachErrorCodeIsListed() {
    assertThat(document.texts("/components/schemas/server_errorCode/enum"))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(ErrorCode.values()).map(ErrorCode::wire).toList());
  }

  public void eachReasonToCloseIsListed() {
    assertThat(
            document
                .json()
                .at("/channels/connection/x-close-codes")
                .valueStream()
                .map(each -> each.path("code") + " " + each.path("reason").asText()))
        .containsExactlyElementsOf(
            Stream.of(CloseReason.values()).map(each -> each.code() + " " + each.text()).toList());
  }

  public void eachMessageSaysWhatItIs() {
    assertThat(document.json().at("/channels/connection/messages"))
        .allSatisfy(message -> assertThat(message.path("summary").asText()).endsWith("."));
  }

  public void allReferencesLeadSomewhereAndAllSchemasAreUsed() {
    assertThat(document.brokenReferences()).isEmpty();
    assertThat(document.unusedSchemas()).isEmpty();
  }

  /** Draft 7 ignores what stands beside a reference, and words of later drafts. */
  public void theSchemasAreWrittenInDraft7() {
    assertThat(document.json().findParents("$ref"))
        .allSatisfy(parent -> assertThat(parent).hasSize(1));
    assertThat(document.json().findParents("dependentRequired")).isEmpty();
    assertThat(document.json().findParents("dependencies")).isNotEmpty();
    assertThat(document.json().findParents("$defs")).isEmpty();
  }

  @DataProvider
  public Object[] examples() {
    return ProtocolExamples.frames().toArray();
  }

  public void theExamplesHaveAllTypes() {
    assertThat(ProtocolExamples.frames().stream().map(frame -> frame.path("type").asText()))
        .containsAll(messages("events"))
        .containsAll(messages("signals"));
  }

  private final Schema fromClient = published("client");
  private final Schema fromServer = published("server");

  private static Schema published(String side) {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(ContractJson.schema(side));
  }

  /** The message of a type allows the frames that the published schema allows, and no others. */
  @Test(dataProvider = "examples")
  public void aMessageAllowsWhatThePublishedSchemaAllows(ObjectNode example) {
    String type = example.path("type").asText();
    Schema published = messages("commands").contains(type) ? fromClient : fromServer;
    Schema message = document.schema("/channels/connection/messages/" + type + "/payload");
    for (ObjectNode variant : ProtocolExamples.variantsOf(example)) {
      assertThat(message.validate(variant).isEmpty())
          .as("%s", variant)
          .isEqualTo(published.validate(variant).isEmpty());
    }
    assertThat(message.validate(example)).isEmpty();
  }
}
