package dev.parley.gateway.agent.agui;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.HistorySource;
import dev.parley.gateway.agent.model.ModelAgent;
import dev.parley.gateway.agent.model.RawMembers;
import dev.parley.gateway.agent.model.SeenRun;
import dev.parley.gateway.agent.upstream.IdentityMode;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.agent.upstream.UpstreamClients;
import dev.parley.gateway.agent.upstream.UpstreamConfig;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Runs of an AG-UI agent behind a real HTTP client, with a scripted service. */
@Test(groups = "unit")
public class AguiServiceTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private UpstreamClients clients = new UpstreamClients(Clock.systemUTC());
  private SeenRun run = new SeenRun();

  @BeforeMethod(alwaysRun = true)
  public void open() {
    clients.close();
    clients = new UpstreamClients(Clock.systemUTC());
    run = new SeenRun();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    clients.close();
  }

  private void play(ScriptedService service) throws Exception {
    UpstreamConfig config =
        new UpstreamConfig(
            LIMIT,
            LIMIT,
            LIMIT,
            0,
            4,
            List.of(),
            Optional.empty(),
            List.of(),
            IdentityMode.NONE,
            Secret.of(""));
    ModelAgent agent =
        new ModelAgent(
            "An agent.",
            Set.of(),
            new AguiDialect(service.uri("/agui?mode=x"), new RawMembers()),
            clients.open("a", service.uri(), config, Map.of()),
            new ModelAgent.ModelLimits(0, 1));
    agent
        .run(run.request(RawJson.of("\"hi\""), HistorySource.NONE), run)
        .toCompletableFuture()
        .get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  /** The recorded run, as a service tells it that names thread and run itself. */
  private static String recording() throws IOException {
    try (InputStream in = requireNonNull(AguiServiceTest.class.getResourceAsStream("run.sse"))) {
      String whole = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return whole.substring(whole.indexOf("event: RUN_STARTED"));
    }
  }

  public void aRecordedRunIsShown() throws Exception {
    try (ScriptedService service = ScriptedService.streaming(recording())) {
      play(service);

      assertThat(run.events).hasSize(30);
      assertThat(run.last()).isInstanceOf(AgentEvent.Completed.class);
      assertThat(service.dialogues().get(0).requestLine()).isEqualTo("POST /agui?mode=x HTTP/1.1");
      assertThat(service.dialogues().get(0).body())
          .contains("\"tools\":[],\"context\":[],\"forwardedProps\":{}");
    }
  }

  public void aRunThatIsCutOffKeepsItsText() throws Exception {
    String whole = recording();
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              dialogue.beginStream();
              dialogue.chunk(whole.substring(0, whole.indexOf("data: {\"type\":\"HOLOGRAM\"")));
              dialogue.reset();
            })) {
      play(service);

      assertThat(run.events).contains(new AgentEvent.Message("Es sind\n"));
      assertThat(((AgentEvent.Failed) run.last()).code())
          .isEqualTo(ErrorCode.UPSTREAM_DISCONNECTED);
    }
  }

  public void anAnswerThatIsNoStreamIsSaidSo() throws Exception {
    try (ScriptedService service =
        ScriptedService.of(
            dialogue -> {
              dialogue.readRequest();
              dialogue.send(
                  ScriptedService.answer(200, "Content-Type: application/json\r\n", "{}"));
            })) {
      play(service);

      assertThat(run.events).hasSize(1);
      assertThat(((AgentEvent.Failed) run.last()).code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL);
    }
  }
}
