package dev.parley.gateway.tests.blackbox;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.TestHttp;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The gateway under test: one that runs at the address in the system property {@code
 * parley.test.against}, or one that is started here. The first gets its tokens from the environment
 * ({@code BLACK_BOX_TOKEN}, {@code BLACK_BOX_OTHER_TOKEN}), or signs them for its development key
 * ({@code BLACK_BOX_KEY}).
 */
final class Subject implements AutoCloseable {
  private static final String BUILTIN = "builtin";

  private final @Nullable RunningGateway started;
  private final URI address;

  private Subject(@Nullable RunningGateway started, URI address) {
    this.started = started;
    this.address = address;
  }

  static Subject open() {
    String against = System.getProperty("parley.test.against", "");
    if (!against.isEmpty()) {
      return new Subject(null, URI.create(against));
    }
    RunningGateway started = RunningGateway.start(Map.of());
    return new Subject(started, started.address());
  }

  URI address() {
    return address;
  }

  /** The agent that the tests talk to. */
  String agent() {
    return environment("BLACK_BOX_AGENT", BUILTIN);
  }

  /** A token of the user of the tests: of a new one each time, where the tests may sign tokens. */
  String token() {
    return token("BLACK_BOX_TOKEN");
  }

  /** The same of another user. */
  String otherToken() {
    return token("BLACK_BOX_OTHER_TOKEN");
  }

  private String token(String variable) {
    String user = "black-box-" + UUID.randomUUID();
    if (started != null) {
      return started.tokens().of(user);
    }
    String given = environment(variable, "");
    return given.isEmpty() ? signed(user) : given;
  }

  private String signed(String user) {
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve("/dev/token"))
            .header("Authorization", "Bearer " + environment("BLACK_BOX_KEY", ""))
            .POST(BodyPublishers.ofString(Json.object().put("sub", user).toString()))
            .build();
    HttpResponse<String> answer = TestHttp.answer(request, BodyHandlers.ofString());
    JsonNode body = Json.parse(answer.body());
    if (answer.statusCode() != 200) {
      throw new AssertionError("/dev/token: " + answer.statusCode() + " " + body);
    }
    return body.path("token").asText();
  }

  private static String environment(String name, String otherwise) {
    String value = System.getenv().getOrDefault(name, "");
    return value.isEmpty() ? otherwise : value;
  }

  @Override
  public void close() {
    if (started != null) {
      started.close();
    }
  }
}
