package dev.parley.gateway.agent.setup;

import dev.parley.gateway.agent.AgentSettings;
import dev.parley.gateway.agent.model.RawMembers;
import dev.parley.gateway.agent.upstream.ServiceUrl;
import dev.parley.gateway.config.ByteSize;
import dev.parley.gateway.config.MappingForm;
import dev.parley.gateway.config.Parser;
import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.config.Secrets;
import dev.parley.gateway.config.SettingFamily;
import dev.parley.gateway.config.SettingPrefix;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.hook.HookKey;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.RawJson;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The settings of one agent that types may take, but for those of its connection. */
final class AgentKeys {

  static final String BUILTIN = "builtin";

  private static final int MAX_DESCRIPTION = 500;
  private static final int MAX_STEPS = 1_000;
  private static final String DEFAULT_HISTORY = "64KiB";

  private static final SettingPrefix AGENTS = new SettingPrefix("agents");

  static final SettingFamily<String> TYPE =
      new SettingFamily<>(
          "agents",
          "type",
          Map.of(BUILTIN, BUILTIN),
          Parsers.matching(Pattern.compile("[a-z0-9-]{1,64}"), "1 to 64 of a-z 0-9 -"),
          "Type of the agent with this name: builtin, openai, anthropic, agui, push, langgraph, or the"
              + " type of a plug-in. It decides which of the other settings the agent takes.");
  private static final SettingFamily<String> URL =
      AGENTS.family(
          "url",
          Parser.of(ServiceUrl.PARSER.expectation(), Optional::of),
          "Address of the service that answers.");
  private static final SettingFamily<Optional<String>> MODEL =
      AGENTS.optional("model", Parsers.text(), "Model that answers.");
  private static final SettingFamily<String> API =
      AGENTS.family(
          "api",
          Parsers.matching(Pattern.compile("chat|responses"), "chat or responses"),
          "API that type openai speaks: chat (Chat Completions) or responses; chat if not set.");
  private static final SettingFamily<Optional<String>> ASSISTANT =
      AGENTS.optional("assistant", Parsers.text(), "Assistant or graph that answers.");
  private static final SettingFamily<Optional<Secret>> API_KEY =
      AGENTS.optional("api_key", Secrets.text(1), "API key of the service; never shown.");
  private static final SettingFamily<Optional<Secret>> API_KEY_FILE =
      AGENTS.optional(
          "api_key_file",
          Secrets.file(1),
          "File with the API key, in place of agents.<name>.api_key.");
  private static final SettingFamily<Optional<String>> SYSTEM =
      AGENTS.optional("system", Parsers.text(), "What the model is told before each conversation.");
  private static final SettingFamily<Optional<String>> SYSTEM_FILE =
      AGENTS.optional(
          "system_file",
          Secrets.file(Parsers.text()),
          "File with that text, in place of agents.<name>.system.");
  private static final SettingFamily<Optional<RawJson>> PARAMETERS =
      AGENTS.optional(
          "parameters",
          new Parser<>(
              "a JSON object without a name twice",
              false,
              MappingForm.JSON,
              text -> parameters(text.strip())),
          "More members of each request to the service, as JSON; a mapping in the file.");
  private static final SettingFamily<Optional<String>> DESCRIPTION =
      AGENTS.optional(
          "description",
          Parser.of(
              "1 to " + MAX_DESCRIPTION + " characters",
              text -> Optional.of(text).filter(t -> !t.isEmpty() && t.length() <= MAX_DESCRIPTION)),
          "What the list of agents says about this one, in place of what the agent says.");
  private static final SettingFamily<Optional<Secret>> SECRET =
      AGENTS.optional(
          "secret",
          HookKey.PARSER,
          "Key that signs each hook (Standard Webhooks), known to the service; never shown.");
  private static final SettingFamily<Optional<Secret>> SECRET_FILE =
      AGENTS.optional(
          "secret_file",
          Secrets.file(HookKey.PARSER),
          "File with that key, in place of agents.<name>.secret.");
  private static final SettingFamily<Optional<String>> PUBLIC_URL =
      AGENTS.optional(
          "public_url",
          Parser.of(
              ServiceUrl.PARSER.expectation(),
              text -> ServiceUrl.PARSER.parse(text).map(url -> text)),
          "Address under which the service reaches the gateway; if not set, a hook names the path"
              + " of its events alone.");
  private static final SettingFamily<ByteSize> HISTORY =
      AGENTS.family(
          "history",
          Quantities.bytes("0", "8MiB"),
          "Maximum bytes of the conversation so far that the service is told, the newest whole"
              + " turns; "
              + DEFAULT_HISTORY
              + " if not set.");
  private static final SettingFamily<Integer> STEPS =
      AGENTS.family(
          "max_steps",
          Parsers.integer(1, MAX_STEPS),
          "Maximum requests to the model in one run; 16 if not set.");
  static final SettingFamily<List<String>> TOOLS =
      AGENTS.family(
          "tools",
          Parsers.list(
              Parsers.matching(
                  Pattern.compile("[a-z0-9-]+(\\.[A-Za-z0-9_./-]{1,128})?"), "the name of a tool")),
          "Tools of tools.<name> that the model may call; <name>.<tool> for one of an MCP server; none"
              + " if not set.");
  private static final SettingFamily<Duration> PACE =
      AGENTS.family(
          "pace",
          Quantities.duration("0ms", "10s"),
          "Pause before each piece of the answer of a built-in agent; 30ms if not set.");

  private AgentKeys() {}

  static AgentSettings read(String name, Settings settings) {
    return new AgentSettings(
        new AgentName(name),
        settings.get(TYPE, name, ""),
        url(name, settings),
        settings.find(MODEL, name),
        settings.find(ASSISTANT, name),
        settings.get(API, name, "chat"),
        settings.either(API_KEY, API_KEY_FILE, name),
        settings.either(SYSTEM, SYSTEM_FILE, name),
        settings.find(PARAMETERS, name),
        settings.find(DESCRIPTION, name),
        settings.either(SECRET, SECRET_FILE, name),
        settings.find(PUBLIC_URL, name),
        Math.toIntExact(settings.get(HISTORY, name, new ByteSize(64 * 1024)).bytes()),
        settings.get(STEPS, name, 16),
        settings.get(PACE, name, Duration.ofMillis(30)));
  }

  /** Refuses a key of hooks that signs something else as well. */
  static void refuseSecret(AgentSettings agent, Secret other, Settings settings) {
    if (agent.secret().filter(other::equals).isPresent()) {
      String name = agent.name().value();
      SettingFamily<Optional<Secret>> family =
          settings.isSet(SECRET_FILE, name) ? SECRET_FILE : SECRET;
      settings.refuse(
          family.of(name, Optional.empty()), "a secret of its own, not that of auth.jwt");
    }
  }

  /** The text is checked here and not by its parser, because a refused one may hold a password. */
  private static Optional<String> url(String name, Settings settings) {
    String text = settings.get(URL, name, "");
    if (settings.isSet(URL.of(name, "")) && ServiceUrl.PARSER.parse(text).isEmpty()) {
      settings.refuseElement(
          URL.of(name, ""), withoutCredentials(text), ServiceUrl.PARSER.expectation());
      return Optional.empty();
    }
    return Optional.of(text).filter(t -> !t.isEmpty());
  }

  /** A URL as error messages show it: without user, password and query. */
  static String withoutCredentials(String url) {
    return url.replaceFirst("//.*@", "//***@").replaceFirst("\\?.*", "?***");
  }

  private static Optional<RawJson> parameters(String text) {
    try {
      return Optional.of(RawJson.of(RawMembers.parse(text).toString()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
