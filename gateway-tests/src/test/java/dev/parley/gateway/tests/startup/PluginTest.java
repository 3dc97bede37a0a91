package dev.parley.gateway.tests.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.StartException;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.WsClient;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Agents in plugin jars: the example of docs/agents.md, and invalid jars. */
@Test(groups = {"startup", "chat_events"})
public class PluginTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final Path EXAMPLE = DOCS.resolve(Path.of("examples", "echo-agent"));
  private static final Pattern COMMAND =
      Pattern.compile("^\\$ ((?:mkdir|javac|jar) .*)$", Pattern.MULTILINE);
  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private TestFolder folder;

  @BeforeMethod(alwaysRun = true)
  public void makeFolder() {
    folder = new TestFolder();
  }

  @AfterMethod(alwaysRun = true)
  public void removeFolder() {
    folder.close();
  }

  private Path plugins() throws IOException {
    return Files.createDirectories(folder.path().resolve("plugins"));
  }

  /** Runs the commands of the page. The gateway's jar is not built yet when tests run. */
  private void packExample() throws IOException {
    Files.createSymbolicLink(folder.path().resolve("docs"), DOCS.toRealPath());
    String commands =
        COMMAND
            .matcher(Files.readString(DOCS.resolve("agents.md")))
            .results()
            .map(command -> command.group(1))
            .collect(Collectors.joining(" && "))
            .replace(
                "gateway/target/gateway.jar", "'" + System.getProperty("java.class.path") + "'");
    ProcessBuilder bash =
        new ProcessBuilder("bash", "-c", commands).directory(folder.path().toFile()).inheritIO();
    String tools = Path.of(System.getProperty("java.home"), "bin").toString();
    bash.environment().merge("PATH", tools, (path, first) -> first + File.pathSeparator + path);
    assertThat(bash.start().onExit().join().exitValue()).as(commands).isZero();
  }

  private static Stream<Path> files(Path under) throws IOException {
    try (Stream<Path> all = Files.walk(under)) {
      return all.filter(Files::isRegularFile).toList().stream();
    }
  }

  private static void add(JarOutputStream jar, Path root, Path file) {
    try {
      jar.putNextEntry(new JarEntry(root.relativize(file).toString()));
      Files.copy(file, jar);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, String> settings(String type) {
    return Map.of(
        "plugins.path",
        folder.path().resolve("plugins").toString(),
        "agents.parrot.type",
        type,
        "agents.parrot.model",
        "grey");
  }

  public void theExampleIsCompiledAndAnswers() throws IOException {
    packExample();
    try (RunningGateway gateway = RunningGateway.start(settings("echo"));
        WsClient client = gateway.connect("ada")) {
      ObjectNode start = Commands.startAgent("c1", "t1", "to be or not").put("traceparent", TRACE);
      ((ObjectNode) start.path("payload"))
          .put("agent", "parrot")
          .set("context", Json.object().put("page", 7));
      Received end = client.awaitEnd(client.ask(start).runId());
      assertThat(end.text("text")).isEqualTo("to be or not ");
      assertThat(end.payload().path("usage").path("input_tokens").asInt()).isEqualTo(4);
      JsonNode result = end.payload().path("result");
      assertThat(result.path("model").asText()).isEqualTo("grey");
      assertThat(result.path("trace").asText()).isEqualTo(TRACE);
      assertThat(result.path("context").path("page").asInt()).isEqualTo(7);
    }
  }

  private void refused(String type, String message) {
    assertThatThrownBy(() -> RunningGateway.start(settings(type)))
        .isInstanceOf(StartException.class)
        .hasMessageContaining(message);
  }

  public void anUnknownAgentTypeIsNamed() throws IOException {
    packExample();
    refused(
        "parrot",
        "agents.parrot.type: parrot (expected: one of actor, agui, anthropic, bad, builtin, echo");
  }

  public void aMissingFolderIsNamed() {
    refused("echo", "plugins (expected: a readable folder of jars)");
  }

  public void anInvalidJarIsNamed() throws IOException {
    Files.writeString(plugins().resolve("broken.jar"), "not a jar");
    refused("echo", "broken.jar (expected: a readable jar)");
  }

  public void aMissingProviderClassIsNamed() throws IOException {
    try (OutputStream file = Files.newOutputStream(plugins().resolve("empty.jar"));
        JarOutputStream jar = new JarOutputStream(file)) {
      files(EXAMPLE.resolve("META-INF")).forEach(each -> add(jar, EXAMPLE, each));
    }
    refused("echo", "example.EchoProvider");
  }
}
