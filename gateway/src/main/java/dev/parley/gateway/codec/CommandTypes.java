package dev.parley.gateway.codec;

import dev.parley.gateway.protocol.ClientCommand;
import java.util.Map;

/** The wire names of the types of commands. Callable from any thread. */
public final class CommandTypes {

  private static final Map<Class<? extends ClientCommand>, String> NAMES =
      Map.of(
          ClientCommand.Authenticate.class, "authenticate",
          ClientCommand.StartAgent.class, "start_agent",
          ClientCommand.UserMessage.class, "user_message",
          ClientCommand.Chat.class, "chat",
          ClientCommand.SetTitle.class, "set_title",
          ClientCommand.CancelRun.class, "cancel_run",
          ClientCommand.Subscribe.class, "subscribe",
          ClientCommand.Unsubscribe.class, "unsubscribe",
          ClientCommand.RefreshToken.class, "refresh_token",
          ClientCommand.Ping.class, "ping");

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
