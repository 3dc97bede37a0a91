package dev.parley.gateway.agent.openai;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.HistorySource;
import dev.parley.gateway.agent.model.ModelEndpoint;
import dev.parley.gateway.agent.model.RandomHistories;
import dev.parley.gateway.agent.model.SeenRun;
import dev.parley.gateway.protocol.RawJson;
import java.net.URI;
import java.util.Optional;
import java.util.stream.IntStream;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class ChatHistoryTest {

  public void noPartOfAnyHistoryEndsARun() {
    OpenAiDialect dialect =
        new OpenAiDialect(
            new ModelEndpoint(
                URI.create("https://api.example.org/v1"),
                Optional.of("a-model"),
                Optional.empty(),
                Optional.empty()));
    RandomHistories histories = new RandomHistories(5);
    AgentRequest request = new SeenRun().request(RawJson.of("\"now\""), HistorySource.NONE);
    IntStream.range(0, 5000)
        .forEach(
            i ->
                assertThatCode(() -> dialect.begin(request, histories.next()))
                    .doesNotThrowAnyException());
  }
}
