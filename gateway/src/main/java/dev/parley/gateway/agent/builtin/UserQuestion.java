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
 * The question of a request, and the name of the person.
 *
 * @param text empty when the input has no text
 * @param name the {@code name} in the context
 */
record UserQuestion(Optional<String> text, Optional<String> name) {

  private static final ObjectReader JSON = JsonMapper.builder().build().reader();

  static UserQuestion of(AgentRequest request) {
    RawJson context = request.context();
    Optional<String> name =
        context == null
            ? Optional.empty()
            : parse(context).flatMap(object -> text(object.get("name")));
    return new UserQuestion(
        parse(request.input()).flatMap(UserQuestion::read),
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

  /** Reads a string, an object with one of three fields, or a list of parts. */
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
