package dev.parley.gateway.agent.builtin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Texts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * What was asked, and by whom.
 *
 * @param text empty when there was none to be read
 * @param name from the {@code name} of the context
 */
record Question(Optional<String> text, Optional<String> name) {

  private static final ObjectReader JSON = JsonMapper.builder().build().reader();

  static Question of(AgentRequest request) {
    RawJson context = request.context();
    Optional<String> name =
        context == null
            ? Optional.empty()
            : parse(context).flatMap(object -> text(object.get("name")));
    return new Question(
        parse(request.input()).flatMap(Question::read),
        name.map(String::strip).filter(given -> !given.isEmpty()).map(Texts::cut));
  }

  private static Optional<JsonNode> parse(RawJson json) {
    try {
      return Optional.of(JSON.readTree(json.bytes()));
    } catch (JsonProcessingException notJson) {
      return Optional.empty();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** A string, an object with one of three fields, or a list of parts. */
  private static Optional<String> read(JsonNode input) {
    if (input.isObject()) {
      return Stream.of("text", "content", "question")
          .map(input::get)
          .flatMap(field -> plain(field).stream())
          .findFirst();
    }
    return plain(input);
  }

  private static Optional<String> plain(@Nullable JsonNode node) {
    if (node == null || !node.isArray()) {
      return text(node);
    }
    String joined =
        StreamSupport.stream(node.spliterator(), false)
            .flatMap(part -> text(part.isObject() ? part.get("text") : part).stream())
            .collect(Collectors.joining("\n"));
    return Optional.of(joined).filter(text -> !text.isEmpty());
  }

  private static Optional<String> text(@Nullable JsonNode node) {
    return Optional.ofNullable(node).filter(JsonNode::isTextual).map(JsonNode::textValue);
  }
}
