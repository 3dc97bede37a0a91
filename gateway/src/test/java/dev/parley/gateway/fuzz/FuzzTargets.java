package dev.parley.gateway.fuzz;

import dev.parley.gateway.agent.agui.AguiFuzz;
import dev.parley.gateway.agent.anthropic.AnthropicFuzz;
import dev.parley.gateway.agent.langgraph.GraphFuzz;
import dev.parley.gateway.agent.openai.ChatFuzz;
import dev.parley.gateway.agent.push.PushFuzz;
import dev.parley.gateway.agent.responses.ResponseFuzz;
import dev.parley.gateway.agent.tool.ToolFuzz;
import dev.parley.gateway.agent.upstream.SseFuzz;
import dev.parley.gateway.auth.KeyFuzz;
import dev.parley.gateway.auth.TokenFuzz;
import dev.parley.gateway.codec.CommandFuzz;
import dev.parley.gateway.codec.EventFuzz;
import dev.parley.gateway.config.SettingsFuzz;
import dev.parley.gateway.http.BodyFuzz;
import dev.parley.gateway.http.QueryFuzz;
import dev.parley.gateway.http.RevocationFuzz;
import dev.parley.gateway.log.embedded.RecordFuzz;
import dev.parley.gateway.tls.PemFuzz;
import dev.parley.gateway.transport.DeflateFuzz;
import dev.parley.gateway.transport.PipelineFuzz;
import java.util.List;
import java.util.function.Supplier;

/** All targets. */
final class FuzzTargets {

  private static final List<Supplier<FuzzTarget>> ALL =
      List.of(
          PipelineFuzz::handshake,
          PipelineFuzz::frames,
          DeflateFuzz::new,
          CommandFuzz::new,
          EventFuzz::new,
          BodyFuzz::new,
          QueryFuzz::new,
          TokenFuzz::new,
          KeyFuzz::new,
          PemFuzz::new,
          RevocationFuzz::new,
          RecordFuzz::new,
          SettingsFuzz::new,
          SseFuzz::new,
          AnthropicFuzz::target,
          ChatFuzz::target,
          ResponseFuzz::target,
          AguiFuzz::target,
          GraphFuzz::target,
          ToolFuzz::new,
          PushFuzz::new);

  private FuzzTargets() {}

  static List<FuzzTarget> all() {
    return ALL.stream().map(Supplier::get).toList();
  }

  /** The name of each, and its inputs in a run of the build: its share of a long run. */
  static List<String> shares() {
    return all().stream().map(target -> target.name() + " " + target.inputs()).toList();
  }

  static List<String> names() {
    return all().stream().map(FuzzTarget::name).toList();
  }

  static FuzzTarget named(String name) {
    return all().stream()
        .filter(target -> target.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "target: " + name + " (expected: one of " + String.join(", ", names()) + ")"));
  }
}
