package dev.parley.gateway.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.Commits;
import dev.parley.gateway.log.RetainedSize;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class HeadCacheTest {

  private static final CountedHead HEAD =
      new CountedHead(ThreadHead.unborn(new Epoch("e1")), RetainedSize.NONE);

  private final HeadCache cache = new HeadCache();
  private final List<ThreadKey> asked = new ArrayList<>();

  public void readsEachHeadOnceAndEvictsTheLeastRecentlyUsed() {
    use(1);
    use(1);
    assertThat(asked).hasSize(1);
    for (int i = 2; i <= HeadCache.CAPACITY + 1; i++) {
      use(i);
    }
    assertThat(cache.size()).isEqualTo(HeadCache.CAPACITY + 1);
    cache.shrink();
    assertThat(cache.size()).isEqualTo(HeadCache.CAPACITY);
    asked.clear();
    use(2);
    assertThat(asked).isEmpty();
    use(1);
    assertThat(asked).hasSize(1);
  }

  public void anErasedUserTakesNoHeadOfAnotherUser() {
    HeadCache heads = new HeadCache();
    UserId eve = new UserId("default", "eve");
    HeadCache.Slot other = heads.get(thread(1), missed -> HEAD);
    heads.get(Commits.thread(eve, "t1"), missed -> HEAD);
    heads.evict(eve);
    assertThat(heads.size()).isEqualTo(1);
    assertThat(heads.get(thread(1), missed -> HEAD)).isSameAs(other);
  }

  private void use(int thread) {
    cache.get(
        thread(thread),
        missed -> {
          asked.add(missed);
          return HEAD;
        });
  }

  private static ThreadKey thread(int number) {
    return Commits.thread(Commits.ADA, "t" + number);
  }
}
