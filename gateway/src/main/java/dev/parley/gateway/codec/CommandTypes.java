package dev.parley.gateway.codec;

import dev.parley.gateway.protocol.ClientCommand;
import java.util.Map;

/** The wire names of the types of commands. Callable from any thread. */
public final class CommandTypes {

  private static final Map<Class<? extends ClientCommand>, String> NAMES =
      Map.ofEntries(
          Map.entry(ClientCommand.Authenticate.class, "authenticate"),
          Map.entry(ClientCommand.StartAgent.class, "start_agent"),
          Map.entry(ClientCommand.UserMessage.class, "user_message"),
          Map.entry(ClientCommand.Chat.class, "chat"),
          Map.entry(ClientCommand.SetTitle.class, "set_title"),
          Map.entry(ClientCommand.CancelRun.class, "cancel_run"),
          Map.entry(ClientCommand.Subscribe.class, "subscribe"),
          Map.entry(ClientCommand.Unsubscribe.class, "unsubscribe"),
          Map.entry(ClientCommand.Ack.class, "ack"),
          Map.entry(ClientCommand.RefreshToken.class, "refresh_token"),
          Map.entry(ClientCommand.Ping.class, "ping"));

  private CommandTypes() {}

  static Map<Class<? extends ClientCommand>, String> names() {
    return NAMES;
  }

  /** The {@code type} of the frame of this command. */
  public static String of(ClientCommand command) {
    String name = NAMES.get(command.getClass());
    if (name == null) {
      throw new IllegalArgumentException(
          "command: " + command.getClass().getName() + " (expected: one that has a type)");
    }
    return name;
  }
}
