package dev.parley.gateway.contract;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.HttpStatus;
import dev.parley.gateway.protocol.Scope;
import java.util.ArrayList;
import java.util.List;

/**
 * One HTTP call: its method, what it takes and what it answers. The router takes the method and the
 * names of the query from it, the OpenAPI document the rest. Made by one thread, then only read.
 */
public final class Call {

  /** A schema of the document. */
  interface Shape {
    ObjectNode in(Components components);
  }

  record Parameter(String place, String name, boolean isRequired, String text, Shape shape) {}

  /** A body: one of these definitions of a published schema, or a text of another media type. */
  record Body(int status, String text, String mediaType, String schema, List<String> forms) {}

  record Refused(HttpStatus status, ErrorCode code) {}

  /** A credential; without a scheme, none. */
  record Access(String scheme, List<String> scopes) {}

  private static final String JSON = "application/json";
  private static final String USER_TOKEN = "token";

  private final String method;
  private final String id;
  private final String summary;
  private final List<Access> access = new ArrayList<>();
  private final List<Parameter> parameters = new ArrayList<>();
  private final List<Body> taken = new ArrayList<>();
  private final List<Body> answers = new ArrayList<>();
  private final List<Refused> refusals = new ArrayList<>();
  private boolean refusesWithFrames;

  private Call(String method, String id, String summary) {
    this.method = method;
    this.id = id;
    this.summary = summary;
    refuses(
        ErrorCode.BAD_FRAME,
        ErrorCode.INVALID_ARGUMENT,
        ErrorCode.FORBIDDEN,
        ErrorCode.RATE_LIMITED,
        ErrorCode.OVERLOADED,
        ErrorCode.DRAINING,
        ErrorCode.INTERNAL);
  }

  /** A call that any caller may make, until another method says more. */
  public static Call get(String id, String summary) {
    return new Call("GET", id, summary);
  }

  public static Call post(String id, String summary) {
    return new Call("POST", id, summary).refuses(ErrorCode.FRAME_TOO_LARGE);
  }

  public static Call delete(String id, String summary) {
    return new Call("DELETE", id, summary);
  }

  /** Needs the token of a user, with these scopes. */
  public Call needs(Scope... scopes) {
    return needs(USER_TOKEN, List.of(scopes).stream().map(Scope::wire).toList());
  }

  /** Needs another credential, which {@code openapi.json} describes by this name. */
  public Call needs(String scheme) {
    return needs(scheme, List.of());
  }

  /** Some callers need none of these. */
  public Call orNothing() {
    access.add(new Access("", List.of()));
    return this;
  }

  private Call needs(String scheme, List<String> scopes) {
    access.add(new Access(scheme, scopes));
    return refuses(ErrorCode.UNAUTHENTICATED, ErrorCode.TOKEN_EXPIRED);
  }

  /** Whether it needs the token of a user. */
  public boolean needsToken() {
    return access.stream().anyMatch(each -> each.scheme().equals(USER_TOKEN));
  }

  /** Takes a name in the path, with a definition of a published schema. */
  public Call path(String name, String text, String schema, String definition) {
    return with("path", name, true, text, components -> components.use(schema, definition));
  }

  /** May take a text in the query. */
  public Call query(String name, String text) {
    return with("query", name, false, text, components -> text());
  }

  /** May take a whole number in the query. */
  public Call query(String name, String text, long min, long max) {
    return with(
        "query",
        name,
        false,
        text,
        components ->
            ContractJson.object().put("type", "integer").put("minimum", min).put("maximum", max));
  }

  /** Takes a header. */
  public Call header(String name, boolean isRequired, String text) {
    return with("header", name, isRequired, text, components -> text());
  }

  private Call with(String place, String name, boolean isRequired, String text, Shape shape) {
    parameters.add(new Parameter(place, name, isRequired, text, shape));
    return this;
  }

  private static ObjectNode text() {
    return ContractJson.object().put("type", "string");
  }

  /** Takes a body: one of these definitions of a published schema. */
  public Call takes(String text, String schema, String... forms) {
    taken.add(new Body(0, text, JSON, schema, List.of(forms)));
    return this;
  }

  /** Answers with one of these definitions of a published schema; without any, with no body. */
  public Call answers(int status, String text, String schema, String... forms) {
    answers.add(new Body(status, text, forms.length == 0 ? "" : JSON, schema, List.of(forms)));
    return this;
  }

  /** Answers 200 with JSON of a format that others define. */
  public Call answersJson(String text) {
    answers.add(new Body(200, text, JSON, "", List.of()));
    return this;
  }

  /** Answers with a text of this media type. */
  public Call answersText(int status, String text, String mediaType) {
    answers.add(new Body(status, text, mediaType, "", List.of()));
    return this;
  }

  /** Refuses with these codes as well. */
  public Call refuses(ErrorCode... codes) {
    for (ErrorCode code : codes) {
      refusals.add(new Refused(code.status(), code));
    }
    return this;
  }

  /** Refuses with this code, but with another status than its own. */
  public Call refusesAs(HttpStatus status, ErrorCode code) {
    refusals.add(new Refused(status, code));
    return this;
  }

  /** A refusal of the command in the body is a frame. */
  public Call refusesWithFrames() {
    refusesWithFrames = true;
    return this;
  }

  public String method() {
    return method;
  }

  /** The names that the query may have. */
  public List<String> queryNames() {
    return parameters.stream()
        .filter(each -> each.place().equals("query"))
        .map(Parameter::name)
        .toList();
  }

  String id() {
    return id;
  }

  String summary() {
    return summary;
  }

  List<Access> access() {
    return access;
  }

  List<Parameter> parameters() {
    return parameters;
  }

  List<Body> taken() {
    return taken;
  }

  List<Body> answers() {
    return answers;
  }

  List<Refused> refusals() {
    return refusals;
  }

  boolean hasFrameRefusals() {
    return refusesWithFrames;
  }
}
