package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.transport.Admission.Policy;
import io.netty.channel.embedded.EmbeddedChannel;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class AdmissionTest {

  private static final Principal ADA = FakeVerifier.named("ada");
  private static final Principal BOB = FakeVerifier.named("bob");

  private static Admission admission(Policy policy) {
    return new Admission(principal -> 2, policy);
  }

  public void whoComesBeyondTheCapIsRefused() {
    Admission admission = admission(Policy.REFUSE);
    assertThat(admission.admit(ADA, new EmbeddedChannel())).isTrue();
    assertThat(admission.admit(ADA, new EmbeddedChannel())).isTrue();
    assertThat(admission.refusal(ADA)).isPresent();
    assertThat(admission.admit(ADA, new EmbeddedChannel())).isFalse();
    assertThat(admission.admit(BOB, new EmbeddedChannel())).isTrue();
    assertThat(admission.connections(ADA.user())).isEqualTo(2);
  }

  public void aClosedChannelGivesItsPlaceBack() {
    Admission admission = admission(Policy.REFUSE);
    EmbeddedChannel first = new EmbeddedChannel();
    admission.admit(ADA, first);
    admission.admit(ADA, new EmbeddedChannel());
    first.close();
    assertThat(admission.refusal(ADA)).isEmpty();
    assertThat(admission.connections(ADA.user())).isEqualTo(1);
  }

  public void theOldestMakesRoomWhereThatIsThePolicy() {
    Admission admission = admission(Policy.EVICT);
    EmbeddedChannel oldest = new EmbeddedChannel();
    EmbeddedChannel second = new EmbeddedChannel();
    admission.admit(ADA, oldest);
    admission.admit(ADA, second);
    assertThat(admission.refusal(ADA)).isEmpty();
    assertThat(admission.admit(ADA, new EmbeddedChannel())).isTrue();
    oldest.runPendingTasks();
    assertThat(oldest.isOpen()).isFalse();
    assertThat(second.isOpen()).isTrue();
    assertThat(admission.connections(ADA.user())).isEqualTo(2);
  }

  public void nothingIsLeftOfAUserWhoHasLeft() {
    Admission admission = admission(Policy.EVICT);
    for (int i = 0; i < 5; i++) {
      EmbeddedChannel channel = new EmbeddedChannel();
      admission.admit(ADA, channel);
      channel.close();
    }
    assertThat(admission.connections(ADA.user())).isZero();
  }
}
