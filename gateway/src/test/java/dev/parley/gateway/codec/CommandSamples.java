package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.ClientCommand.Position;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.ConnectionId;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.Title;
import dev.parley.gateway.protocol.WhenBusy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Frames of each type of command, and the decoded commands. */
final class CommandSamples {

  static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private static final CommandId C1 = new CommandId("c1");
  private static final ThreadId T1 = new ThreadId("t1");
  private static final AgentName BUILTIN = new AgentName("builtin");

  private CommandSamples() {}

  private static RawJson json(String text) {
    return RawJson.checked(text.getBytes(UTF_8));
  }

  static Map<String, ClientCommand> all() {
    Map<String, ClientCommand> samples = new LinkedHashMap<>();
    samples.put(
        "{\"type\":\"authenticate\",\"payload\":{\"token\":\"a.b.c\"}}",
        new ClientCommand.Authenticate(null, "a.b.c", null));
    samples.put(
        "{\"type\":\"authenticate\",\"payload\":{\"token\":\"a.b.c\",\"replaces\":\"c_1\"}}",
        new ClientCommand.Authenticate(null, "a.b.c", new ConnectionId("c_1")));
    samples.put(
        "{\"type\":\"start_agent\",\"id\":\"c1\",\"thread_id\":\"t1\","
            + "\"payload\":{\"agent\":\"builtin\",\"input\":\"hi\"}}",
        new ClientCommand.StartAgent(
            C1, T1, BUILTIN, json("\"hi\""), null, WhenBusy.REJECT, false, null));
    samples.put(
        "{\"type\":\"start_agent\",\"id\":\"c1\",\"thread_id\":\"t1\",\"traceparent\":\""
            + TRACE
            + "\",\"payload\":{\"agent\":\"builtin\",\"input\":{\"a\":[1]},"
            + "\"context\":{},\"when_busy\":\"queue\",\"keep\":false}}",
        new ClientCommand.StartAgent(
            C1, T1, BUILTIN, json("{\"a\":[1]}"), json("{}"), WhenBusy.QUEUE, false, TRACE));
    addMessages(samples);
    addOthers(samples);
    return samples;
  }

  private static void addMessages(Map<String, ClientCommand> samples) {
    samples.put(
        "{\"type\":\"user_message\",\"id\":\"c1\",\"thread_id\":\"t1\","
            + "\"payload\":{\"content\":\"hi\"}}",
        new ClientCommand.UserMessage(C1, T1, json("\"hi\""), null, WhenBusy.REJECT, false, null));
    samples.put(
        "{\"type\":\"user_message\",\"id\":\"c1\",\"thread_id\":\"t1\",\"traceparent\":\""
            + TRACE
            + "\",\"payload\":{\"content\":[{\"type\":\"text\",\"text\":\"\"},{\"type\":\"x\"}],"
            + "\"agent\":\"builtin\",\"when_busy\":\"replace\",\"keep\":true}}",
        new ClientCommand.UserMessage(
            C1,
            T1,
            json("[{\"type\":\"text\",\"text\":\"\"},{\"type\":\"x\"}]"),
            BUILTIN,
            WhenBusy.REPLACE,
            true,
            TRACE));
    samples.put(
        "{\"type\":\"chat\",\"id\":\"c1\",\"thread_id\":\"t1\",\"payload\":{\"content\":\"hi\"}}",
        new ClientCommand.Chat(C1, T1, json("\"hi\""), null));
    samples.put(
        "{\"type\":\"set_title\",\"id\":\"c1\",\"thread_id\":\"t1\","
            + "\"payload\":{\"title\":\" Été à \\ud83c\\udfe0 \"}}",
        new ClientCommand.SetTitle(C1, T1, new Title("Été à \ud83c\udfe0"), null));
  }

  private static void addOthers(Map<String, ClientCommand> samples) {
    samples.put(
        "{\"type\":\"cancel_run\",\"id\":\"c1\",\"payload\":{\"run_id\":\"r_1\"}}",
        new ClientCommand.CancelRun(C1, new RunId("r_1"), null, null, null));
    samples.put(
        "{\"type\":\"cancel_run\",\"id\":\"c1\","
            + "\"payload\":{\"command_id\":\"c0\",\"reason\":\"enough\"}}",
        new ClientCommand.CancelRun(C1, null, new CommandId("c0"), "enough", null));
    samples.put(
        "{\"type\":\"subscribe\",\"id\":\"c1\",\"payload\":{\"threads\":[{\"thread_id\":\"t1\"},"
            + "{\"thread_id\":\"t1\",\"after\":0},"
            + "{\"thread_id\":\"t1\",\"after\":9007199254740991,\"epoch\":\"e1\"}],"
            + "\"rollup_ms\":500}}",
        new ClientCommand.Subscribe(
            C1,
            List.of(
                new Position(T1, OptionalLong.empty(), null),
                new Position(T1, OptionalLong.of(0), null),
                new Position(T1, OptionalLong.of(9007199254740991L), new Epoch("e1"))),
            500));
    samples.put(
        "{\"type\":\"unsubscribe\",\"id\":\"c1\",\"payload\":{\"threads\":[\"t1\",\"t2\"]}}",
        new ClientCommand.Unsubscribe(C1, List.of(T1, new ThreadId("t2"))));
    samples.put(
        "{\"type\":\"refresh_token\",\"id\":\"c1\",\"payload\":{\"token\":\"a.b.c\"}}",
        new ClientCommand.RefreshToken(C1, "a.b.c"));
    samples.put(
        "{\"type\":\"unsubscribe\",\"id\":\"c1\",\"payload\":{\"threads\":[\"@inbox\"]}}",
        new ClientCommand.Unsubscribe(C1, List.of(ThreadId.INBOX)));
    samples.put(
        "{\"type\":\"subscribe\",\"id\":\"c1\",\"payload\":{\"threads\":[{\"thread_id\":\"@inbox\"}]}}",
        new ClientCommand.Subscribe(
            C1, List.of(new Position(ThreadId.INBOX, OptionalLong.empty(), null)), 0));
    samples.put(
        "{\"type\":\"ack\",\"thread_id\":\"@inbox\",\"payload\":{\"seq\":3}}",
        new ClientCommand.Ack(null, ThreadId.INBOX, 3));
    samples.put(
        "{\"type\":\"ack\",\"id\":\"c1\",\"thread_id\":\"@inbox\",\"traceparent\":\""
            + TRACE
            + "\",\"payload\":{\"seq\":9007199254740991}}",
        new ClientCommand.Ack(C1, ThreadId.INBOX, 9007199254740991L));
    samples.put(
        "{\"type\":\"ack\",\"thread_id\":\"t1\",\"payload\":{\"seq\":3}}",
        new ClientCommand.Ack(null, new ThreadId("t1"), 3));
    samples.put("{\"type\":\"ping\"}", new ClientCommand.Ping(null));
    samples.put("{\"type\":\"ping\",\"id\":\"c1\",\"payload\":{}}", new ClientCommand.Ping(C1));
  }
}
