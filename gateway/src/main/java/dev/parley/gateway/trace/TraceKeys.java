package dev.parley.gateway.trace;

/**
 * The keys of attributes of spans. Those without {@code parley.} are of the semantic conventions of
 * OpenTelemetry.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/">Semantic Conventions</a>
 */
public final class TraceKeys {

  public static final String AGENT = "gen_ai.agent.name";
  public static final String CONVERSATION = "gen_ai.conversation.id";
  public static final String OPERATION = "gen_ai.operation.name";
  public static final String TOOL = "gen_ai.tool.name";
  public static final String TOOL_CALL = "gen_ai.tool.call.id";
  public static final String ERROR = "error.type";
  public static final String METHOD = "http.request.method";
  public static final String STATUS = "http.response.status_code";
  public static final String HOST = "server.address";
  public static final String PORT = "server.port";
  public static final String SCHEME = "url.scheme";

  public static final String COMMAND = "parley.command_id";
  public static final String OUTCOME = "parley.outcome";
  public static final String RUN = "parley.run_id";
  public static final String SERVICE = "parley.service";
  public static final String STATE = "parley.state";
  public static final String THREAD = "parley.thread_id";
  public static final String TIER = "parley.tier";

  private TraceKeys() {}
}
