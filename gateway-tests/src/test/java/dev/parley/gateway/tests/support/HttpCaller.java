package dev.parley.gateway.tests.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/**
 * Calls the gateway's HTTP API with one token; every answer must be one that the OpenAPI document
 * has, and every body valid for the published schemas. Used from any thread.
 */
public final class HttpCaller {
  /** A response; an absent header reads as empty. */
  public record HttpAnswer(int status, HttpResponse<?> http, JsonNode json) {
    public String header(String name) {
      return http.headers().firstValue(name).orElse("");
    }

    /** A text field of the body; empty when absent. */
    public String text(String field) {
      return json.path(field).asText();
    }

    /** The answer to a command, as a frame. */
    public Received frame() {
      return new Received(json);
    }
  }

  private final URI gateway;
  private final String token;

  public HttpCaller(URI gateway, String token) {
    this.gateway = gateway;
    this.token = token;
  }

  public HttpAnswer get(String path) {
    return checked(send(request(path).GET()));
  }

  public HttpAnswer delete(String path) {
    return checked(send(request(path).DELETE()));
  }

  /** Posts this JSON. */
  public HttpAnswer post(String path, JsonNode body) {
    return checked(send(request(path).POST(BodyPublishers.ofString(Json.text(body)))));
  }

  public HttpAnswer postWithoutBody(String path) {
    return checked(send(request(path).POST(BodyPublishers.noBody())));
  }

  /** Sends a valid command; the answer must be a frame or a problem. */
  public HttpAnswer command(ObjectNode frame) {
    Schemas.checkClient(frame);
    return command(frame.toString());
  }

  /** Sends a valid command that has no answer; returns the status. */
  public int commandWithoutAnswer(ObjectNode frame) {
    Schemas.checkClient(frame);
    HttpRequest request =
        request("/v1/commands").POST(BodyPublishers.ofString(frame.toString())).build();
    return TestHttp.answer(request, BodyHandlers.discarding()).statusCode();
  }

  /** Sends this text as a command, without a check. */
  public HttpAnswer command(String text) {
    HttpAnswer answer = send(request("/v1/commands").POST(BodyPublishers.ofString(text)));
    if (answer.header("content-type").equals("application/problem+json")) {
      return checked(answer);
    }
    Schemas.checkServer(answer.json());
    return answer;
  }

  private static HttpAnswer checked(HttpAnswer answer) {
    Schemas.checkHttp(answer.json());
    return answer;
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(gateway.resolve(path));
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }

  private HttpAnswer send(HttpRequest.Builder request) {
    HttpResponse<String> answer = TestHttp.answer(request.build(), BodyHandlers.ofString());
    DocumentedCalls.check(gateway, answer);
    return new HttpAnswer(answer.statusCode(), answer, Json.parse(answer.body()));
  }
}
