package dev.parley.gateway.tests.upstream;

import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.tests.support.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** What goes wrong with a service, the code that its run ends with, and what stays of its text. */
@SuppressWarnings("ImmutableEnumChecker") // Its answers have no state.
enum ServiceFault {
  STATUS_400("upstream_rejected", false, status(400, "")),
  STATUS_404("upstream_rejected", false, status(404, "")),
  STATUS_413("upstream_rejected", false, status(413, "")),
  STATUS_422("upstream_rejected", false, status(422, "")),
  REDIRECT("upstream_rejected", false, status(307, "Location: /fine/v1\r\n")),
  STATUS_401("upstream_auth", false, status(401, "")),
  STATUS_403("upstream_auth", false, status(403, "")),
  STATUS_408("upstream_rate_limited", true, status(408, "")),
  STATUS_409("upstream_rate_limited", true, status(409, "")),
  STATUS_429("upstream_rate_limited", true, status(429, "Retry-After: 7\r\n")),
  STATUS_500("upstream_error", true, status(500, "")),
  STATUS_502("upstream_error", true, status(502, "")),
  STATUS_503("upstream_error", true, status(503, "")),
  STATUS_504("upstream_error", true, status(504, "")),
  STATUS_529("upstream_rate_limited", true, status(529, "")),
  NO_STREAM("upstream_protocol", false, status(200, "Content-Type: application/json\r\n")),
  A_WEB_PAGE("upstream_protocol", false, status(200, "Content-Type: text/html\r\n")),
  SILENT_BEFORE_THE_FIRST_BYTE("upstream_timeout", true, (to, as) -> to.awaitClose()),
  SILENT_AFTER_A_TEXT("upstream_timeout", false, begun((to, as) -> to.awaitClose())),
  RESET("upstream_disconnected", false, begun((to, as) -> to.reset())),
  CLOSED_IN_THE_MIDDLE("upstream_disconnected", false, begun((to, as) -> {})),
  ENDED_IN_THE_MIDDLE("upstream_truncated", false, begun((to, as) -> to.endStream())),
  CUT_IN_A_CHARACTER("upstream_disconnected", false, begun(ServiceFault::halfACharacter)),
  ENDED_IN_A_CHARACTER(
      "upstream_truncated",
      false,
      begun(
          (to, as) -> {
            halfACharacter(to, as);
            to.endStream();
          })),
  NO_JSON("upstream_protocol", false, begun((to, as) -> to.chunk("data: {\"a\":\n\n"))),
  A_LONG_LINE(
      "upstream_protocol",
      false,
      begun(
          (to, as) -> {
            to.chunk("data: " + "x".repeat(2 << 20));
            to.awaitClose();
          })),
  A_LONG_EVENT(
      "upstream_protocol",
      false,
      begun(
          (to, as) -> {
            for (int i = 0; i < 12; i++) {
              to.chunk("data: " + "x".repeat(512 << 10) + "\n");
            }
            to.awaitClose();
          })),
  AN_ERROR_IN_THE_STREAM(
      "upstream_error",
      false,
      begun(
          (to, as) -> {
            to.chunk(as.error("broken, key " + credentials(to)));
            to.endStream();
          })),
  UNREACHABLE("upstream_unreachable", true, (to, as) -> {}),
  AN_UNKNOWN_NAME("upstream_unreachable", true, (to, as) -> {}),
  NO_TLS("upstream_unreachable", true, (to, as) -> {});

  /** The text that is sent before a fault in the middle of an answer. */
  static final String TEXT = "so far 日本 ";

  private final String code;
  private final boolean retryable;
  private final Answer answer;

  private interface Answer {
    void give(Dialogue to, ServiceDialect as) throws Exception;
  }

  /** An answer after a text, so that what was said before the fault can be checked. */
  private record Begun(Answer rest) implements Answer {
    @Override
    public void give(Dialogue to, ServiceDialect as) throws Exception {
      to.beginStream();
      to.chunk(as.begin());
      to.chunk(as.text(TEXT));
      rest.give(to, as);
    }
  }

  ServiceFault(String code, boolean retryable, Answer answer) {
    this.code = code;
    this.retryable = retryable;
    this.answer = answer;
  }

  private static Answer begun(Answer rest) {
    return new Begun(rest);
  }

  private static Answer status(int status, String headers) {
    return (to, as) -> {
      String message = "Incorrect key " + credentials(to);
      String body = Json.object().set("error", Json.object().put("message", message)).toString();
      to.send(ScriptedService.answer(status, headers, body));
    };
  }

  /** What a careless service says: the credentials that it was given. */
  private static String credentials(Dialogue from) {
    return from.header("authorization") + from.header("x-api-key");
  }

  private static void halfACharacter(Dialogue to, ServiceDialect as) throws Exception {
    byte[] event = as.text("日").getBytes(StandardCharsets.UTF_8);
    int begin = 0;
    while (event[begin] >= 0) {
      begin++;
    }
    to.chunk(Arrays.copyOf(event, begin + 2));
  }

  /** Answers a request whose head and body have been read. */
  void answer(Dialogue to, ServiceDialect as) throws Exception {
    answer.give(to, as);
  }

  String code() {
    return code;
  }

  boolean retryable() {
    return retryable;
  }

  /** What a person has seen of the answer. */
  String shown() {
    return answer instanceof Begun ? TEXT : "";
  }

  String agent(ServiceDialect dialect) {
    return dialect.type() + "-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
