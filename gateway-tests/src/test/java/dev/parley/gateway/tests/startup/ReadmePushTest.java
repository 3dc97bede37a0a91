package dev.parley.gateway.tests.startup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.browser.Programs;
import dev.parley.gateway.tests.support.ProcessOutput;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.WsClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The back ends of the examples answer with the settings that the README prints. */
@Test(groups = {"startup", "chat_events", "external"})
public class ReadmePushTest {

  private static final Path README = Path.of("..", "README.md");
  private static final Path EXAMPLES = Path.of("..", "docs", "examples", "push-back-end");
  private static final Pattern OPTION = Pattern.compile("--(agents\\.[a-z_.]+)=(\\S+)");
  private static final Pattern SECRET = Pattern.compile("export HOOK_SECRET=(\\S+)");

  @DataProvider
  public Object[][] examples() {
    String java = ProcessHandle.current().info().command().orElse("java");
    return new Object[][] {
      {List.of(java, "BackEnd.java"), "You said: good day"},
      {List.of(Programs.find("python3").toString(), "back_end.py"), "You said \"good day\"."},
    };
  }

  @Test(dataProvider = "examples")
  public void theBackEndAnswers(List<String> command, String answer) throws IOException {
    String block = block();
    String secret = SECRET.matcher(block).results().findFirst().orElseThrow().group(1);
    int port = freePort();
    Map<String, String> settings = new HashMap<>();
    for (MatchResult option : OPTION.matcher(block).results().toList()) {
      settings.put(
          option.group(1),
          option.group(2).replace("$HOOK_SECRET", secret).replace(":9000", ":" + port));
    }
    try (RunningGateway gateway = RunningGateway.start(settings);
        WsClient client = gateway.connect("ada")) {
      Process example = start(command, secret, port, gateway);
      try {
        new ProcessOutput(example).await(Pattern.compile("hooks: http"));
        Received end = client.awaitEnd(client.say("t1", "good day").runId());
        assertThat(end.type()).isEqualTo("agent_completed");
        assertThat(end.text("text")).isEqualTo(answer);
      } finally {
        example.destroyForcibly();
      }
    }
  }

  private static Process start(
      List<String> command, String secret, int port, RunningGateway gateway) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(EXAMPLES.toFile());
    builder.environment().put("HOOK_SECRET", secret);
    builder.environment().put("PORT", String.valueOf(port));
    builder.environment().put("GATEWAY", gateway.address().toString());
    return builder.redirectErrorStream(true).start();
  }

  private static String block() throws IOException {
    for (String block : Files.readString(README).split("```", -1)) {
      if (block.contains(".type=push")) {
        return block;
      }
    }
    throw new AssertionError("README has no command for push");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
