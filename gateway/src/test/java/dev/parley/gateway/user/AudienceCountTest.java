package dev.parley.gateway.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.Audience;
import dev.parley.gateway.log.Broadcast;
import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.BroadcastResult;
import dev.parley.gateway.log.Inboxes;
import dev.parley.gateway.log.Recipient.RecipientPage;
import dev.parley.gateway.protocol.BroadcastId;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.Notice;
import dev.parley.gateway.protocol.Priority;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.inbox.BroadcastRequest;
import dev.parley.gateway.user.inbox.Broadcasts;
import dev.parley.gateway.user.inbox.InboxServices;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Which audiences are counted, and in which order. Pages of the directory wait for the test. */
@Test(groups = "unit")
public class AudienceCountTest {

  private static final int OF_TENANT = 1_000;

  private final List<Broadcast> read = new ArrayList<>();
  private final Deque<Runnable> pages = new ArrayDeque<>();
  private UserRig rig;
  private Broadcasts broadcasts;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    read.clear();
    pages.clear();
    rig = new UserRig();
    InboxServices services = rig.services.inboxes();
    broadcasts =
        new Broadcasts(
            rig.home,
            new InboxServices(holdingPages(services.log()), services.open()),
            IdSource.random(),
            rig.contexts,
            Duration.ofDays(7));
    done(broadcasts.open());
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  private Inboxes holdingPages(Inboxes log) {
    return (Inboxes)
        Proxy.newProxyInstance(
            Inboxes.class.getClassLoader(),
            new Class<?>[] {Inboxes.class},
            (proxy, method, arguments) -> {
              if (!method.getName().equals("recipients")) {
                return method.invoke(log, arguments);
              }
              CompletableFuture<RecipientPage> page = new CompletableFuture<>();
              Broadcast broadcast = (Broadcast) arguments[0];
              pages.add(
                  () -> {
                    read.add(broadcast);
                    var ignored =
                        log.recipients(broadcast, (UserId) arguments[1], (int) arguments[2], false)
                            .thenAccept(page::complete);
                  });
              return page;
            });
  }

  /** Reads all pages, and tells of which broadcasts these were. */
  private List<String> readAll() {
    for (Runnable page = pages.poll(); page != null; page = pages.poll()) {
      page.run();
      rig.settle();
    }
    return read.stream().map(each -> each.key().tenant() + "/" + each.key().id().value()).toList();
  }

  private <T> T done(CompletionStage<T> stage) {
    rig.settle();
    CompletableFuture<T> result = stage.toCompletableFuture();
    assertThat(result).isDone();
    return result.join();
  }

  private void send(String tenant, String id, Audience audience) {
    Notice notice = new Notice("Title", "body", null, Priority.NORMAL);
    BroadcastRequest request =
        new BroadcastRequest(tenant, new BroadcastId(id), audience, notice, null);
    assertThat(done(broadcasts.send(request, null))).isInstanceOf(BroadcastResult.Added.class);
  }

  private static BroadcastKey key(String tenant, String id) {
    return new BroadcastKey(tenant, new BroadcastId(id));
  }

  private OptionalLong addressed(String tenant, String id) {
    return done(broadcasts.find(key(tenant, id))).orElseThrow().status().addressed();
  }

  /** So many users are in the directory. */
  private void arrive(String tenant, int count) {
    CompletionStage<?> last = CompletableFuture.completedStage(null);
    for (int i = 0; i < count; i++) {
      last = rig.services.inboxes().log().arrive(new UserId(tenant, "user-" + i), "mid", false);
    }
    done(last);
  }

  public void tenantsTakeTurns() {
    for (String id : List.of("b1", "b2", "b3")) {
      send("one", id, new Audience.All());
    }
    send("two", "b1", new Audience.All());
    // The page of b1 was asked for before the others waited.
    assertThat(readAll()).containsExactly("one/b1", "one/b2", "two/b1", "one/b3");
  }

  public void tenantsTakeTurnsPageByPage() {
    arrive("one", 4_500);
    arrive("two", 2_500);
    send("one", "b1", new Audience.All());
    send("one", "b2", new Audience.Users(new TreeSet<>(Set.of("user-1"))));
    send("two", "b1", new Audience.All());
    assertThat(readAll()).startsWith("one/b1", "one/b1", "two/b1", "one/b1", "two/b1", "one/b2");
    assertThat(addressed("one", "b1")).hasValue(4_500);
    assertThat(addressed("one", "b2")).hasValue(1);
    assertThat(addressed("two", "b1")).hasValue(2_500);
  }

  public void whatWasRemovedIsNotCounted() {
    for (int i = 1; i <= OF_TENANT; i++) {
      send("one", "b" + i, new Audience.All());
    }
    for (String id : List.of("b1", "b500")) {
      done(broadcasts.cancel(key("one", id), null));
      send("one", "again-" + id, new Audience.All());
    }
    // The page of b1 was asked for before.
    assertThat(readAll()).hasSize(OF_TENANT + 1).contains("one/b1").doesNotContain("one/b500");
    assertThat(addressed("one", "again-b1")).hasValue(0);
  }

  public void whatWasCancelledIsCounted() {
    send("one", "b1", new Audience.All());
    send("one", "b2", new Audience.All());
    done(broadcasts.cancel(key("one", "b2"), null));
    assertThat(readAll()).containsExactly("one/b1", "one/b2");
    assertThat(addressed("one", "b2")).hasValue(0);
  }

  public void whoWasErasedIsNotLookedFor() {
    send("one", "b1", new Audience.All());
    send("one", "b2", new Audience.Users(new TreeSet<>(Set.of("ada", "eve"))));
    done(broadcasts.forget(new UserId("one", "ada")));
    assertThat(readAll()).containsExactly("one/b1", "one/b2");
    assertThat(read.get(1).audience()).isEqualTo(new Audience.Users(new TreeSet<>(Set.of("eve"))));
  }
}
