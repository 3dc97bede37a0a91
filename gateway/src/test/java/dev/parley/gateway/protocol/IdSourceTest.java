package dev.parley.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class IdSourceTest {

  public void idsOfTheGatewayHaveTheFormOfTheirKind() {
    AtomicInteger count = new AtomicInteger();
    IdSource ids = new IdSource(() -> "n" + count.incrementAndGet());
    assertThat(ids.run()).isEqualTo(new RunId("r_n1"));
    assertThat(ids.message()).isEqualTo(new MessageId("m_n2"));
    assertThat(ids.connection()).isEqualTo(new ConnectionId("c_n3"));
    assertThat(ids.epoch()).isEqualTo(new Epoch("n4"));
    assertThat(ids.notification()).isEqualTo(new NotificationId("n_n5"));
    assertThat(ids.broadcast()).isEqualTo(new BroadcastId("b_n6"));
  }

  public void randomIdsAreDistinct() {
    IdSource ids = IdSource.random();
    Set<RunId> made = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      made.add(ids.run());
    }
    assertThat(made).hasSize(1000).allMatch(id -> id.value().length() == 22);
  }

  public void randomIdsOfSeveralThreadsAreDistinct() {
    IdSource ids = IdSource.random();
    Set<RunId> made = ConcurrentHashMap.newKeySet();
    CompletableFuture.allOf(
            IntStream.range(0, 8)
                .mapToObj(
                    thread ->
                        CompletableFuture.runAsync(
                            () -> IntStream.range(0, 500).forEach(i -> made.add(ids.run())),
                            task -> new Thread(task, "ids-" + thread).start()))
                .toArray(CompletableFuture[]::new))
        .join();
    assertThat(made).hasSize(4000);
  }
}
