package dev.parley.gateway.agent.tool;

import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.upstream.UpstreamConfig;
import dev.parley.gateway.config.ByteSize;
import dev.parley.gateway.config.Parser;
import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Secrets;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.SettingFamily;
import dev.parley.gateway.config.SettingPrefix;
import dev.parley.gateway.config.Settings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the settings of tools. */
final class ToolKeys {

  private static final SettingPrefix TOOLS = new SettingPrefix("tools");
  private static final int MAX_DESCRIPTION = 4000;
  private static final ByteSize MAX_RESPONSE = new ByteSize(64 * 1024);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static final SettingFamily<ToolType> TYPE =
      TOOLS.family(
          "type",
          Parsers.oneOf(ToolType.class),
          "One HTTP call, or an MCP server, all of whose tools are meant; http if not set.");
  private static final SettingFamily<Optional<UrlTemplate>> URL =
      TOOLS.family(
          "url",
          UrlTemplate.PARSER.map(Optional::of),
          "Address that is called. It may have arguments as {name}: as whole path segments and"
              + " query values.");
  private static final SettingFamily<String> METHOD =
      TOOLS.family(
          "method",
          Parsers.matching(
              Pattern.compile("GET|POST|PUT|PATCH|DELETE"), "GET, POST, PUT, PATCH or DELETE"),
          "HTTP method; POST if not set. Arguments that are not in the address of a"
              + " POST, PUT or PATCH are its JSON body.");
  private static final SettingFamily<Optional<ArgumentSchema>> SCHEMA_FILE =
      TOOLS.family(
          "schema_file",
          Secrets.file(
              Parser.of(
                      "the JSON Schema of an object (2020-12) without references elsewhere",
                      ArgumentSchema::parse)
                  .map(Optional::of)),
          "File with the JSON Schema of the arguments. A call that it refuses is not"
              + " sent. If not set, the arguments of the address are texts, and all others are"
              + " allowed where there is a body.");
  private static final SettingFamily<String> DESCRIPTION =
      TOOLS.family(
          "description",
          Parser.of(
              "1 to " + MAX_DESCRIPTION + " characters",
              text -> Optional.of(text).filter(t -> !t.isEmpty() && t.length() <= MAX_DESCRIPTION)),
          "What the model is told of the tool: when and how to use it.");
  private static final SettingFamily<Duration> TIMEOUT_KEY =
      TOOLS.family(
          "timeout",
          Quantities.duration("10ms", "24h"),
          "Maximum time from a call until its whole answer has come; 30s if not set.");
  private static final SettingFamily<ByteSize> MAX_RESPONSE_KEY =
      TOOLS.family(
          "max_response",
          Quantities.bytes("1", "1MiB"),
          "Maximum bytes of an answer; a longer one is an error; 64KiB if not set.");

  private ToolKeys() {}

  /** All tools and servers by name, in the order of the names. */
  static ToolsConfig read(Settings settings) {
    Map<String, ToolConfig> tools = new LinkedHashMap<>();
    Map<String, McpConfig> servers = new LinkedHashMap<>();
    // A first name makes the settings known where no tool is configured.
    read("", settings);
    for (String name : settings.names(TOOLS.prefix())) {
      Optional<ToolConfig> tool = read(name, settings);
      if (settings.get(TYPE, name, ToolType.HTTP) == ToolType.MCP) {
        tool.flatMap(each -> server(each, settings)).ifPresent(each -> servers.put(name, each));
      } else {
        tool.ifPresent(each -> tools.put(name, each));
      }
    }
    return new ToolsConfig(tools, servers);
  }

  private static Optional<McpConfig> server(ToolConfig tool, Settings settings) {
    String name = tool.name();
    for (Setting<?> each :
        List.of(
            METHOD.of(name, "POST"),
            SCHEMA_FILE.of(name, Optional.empty()),
            DESCRIPTION.of(name, ""))) {
      if (settings.isSet(each)) {
        settings.refuse(each, "not set, because the type is mcp");
      }
    }
    if (!tool.url().names().isEmpty()) {
      settings.refuse(
          URL.of(name, Optional.empty()), "an address without {…}, because the type is mcp");
      return Optional.empty();
    }
    return Optional.of(
        new McpConfig(
            name,
            tool.url().fill(ServiceJson.NODES.objectNode()),
            tool.timeout(),
            tool.maxResponse(),
            tool.connection()));
  }

  private static Optional<ToolConfig> read(String name, Settings settings) {
    ToolType type = settings.get(TYPE, name, ToolType.HTTP);
    Optional<UrlTemplate> url = settings.get(URL, name, Optional.empty());
    String method = settings.get(METHOD, name, "POST");
    Optional<ArgumentSchema> schema = settings.get(SCHEMA_FILE, name, Optional.empty());
    String description = settings.get(DESCRIPTION, name, "");
    Duration timeout = settings.get(TIMEOUT_KEY, name, TIMEOUT);
    int maxResponse = Math.toIntExact(settings.get(MAX_RESPONSE_KEY, name, MAX_RESPONSE).bytes());
    UpstreamConfig connection = UpstreamConfig.ofTool(name, timeout, settings);
    if (name.isEmpty()) {
      return Optional.empty();
    }
    if (url.isEmpty()) {
      if (!settings.isSet(URL.of(name, Optional.empty()))) {
        settings.refuseElement(
            URL.of(name, Optional.empty()), "not set", "a value, because each tool needs it");
      }
      return Optional.empty();
    }
    if (type == ToolType.HTTP) {
      checkArguments(name, method, url.get(), schema, settings);
    }
    ArgumentSchema known =
        schema.orElseGet(
            () ->
                ArgumentSchema.ofTexts(
                    url.get().names(), url.get().inPath(), HttpTool.hasBody(method)));
    return Optional.of(
        new ToolConfig(
            name, url.get(), method, known, description, timeout, maxResponse, connection));
  }

  /** Says at the start what no call could satisfy. */
  private static void checkArguments(
      String name,
      String method,
      UrlTemplate url,
      Optional<ArgumentSchema> given,
      Settings settings) {
    if (given.isEmpty()) {
      return;
    }
    ArgumentSchema schema = given.get();
    Setting<Optional<ArgumentSchema>> file = SCHEMA_FILE.of(name, Optional.empty());
    for (String variable : url.names()) {
      if (!schema.names(variable)) {
        settings.refuse(file, "a schema with the property " + variable + ", which the url uses");
      } else if (url.inPath().contains(variable) && !schema.requires(variable)) {
        settings.refuse(
            file, "a schema that requires " + variable + ", which the path of the url uses");
      }
    }
    if (!HttpTool.hasBody(method)) {
      for (String argument : schema.names()) {
        if (!url.names().contains(argument)) {
          settings.refuse(
              file,
              "a schema whose properties are all in the url, because "
                  + method
                  + " has no body; "
                  + argument
                  + " is not");
        }
      }
    }
  }
}
