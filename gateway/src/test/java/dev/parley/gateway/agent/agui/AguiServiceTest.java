package dev.parley.gateway.agent.agui;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.ModelServiceTest;
import dev.parley.gateway.agent.model.RawMembers;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.protocol.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.testng.annotations.Test;

/** Runs of an AG-UI agent behind a real HTTP client, with a scripted service. */
@Test(groups = "unit")
public class AguiServiceTest extends ModelServiceTest {

  private void play(ScriptedService service) throws Exception {
    AguiDialect dialect = new AguiDialect(service.uri("/agui?mode=x"), new RawMembers());
    join(start(service, dialect, Map.of()));
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

      assertThat(run.events).hasSize(31);
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
