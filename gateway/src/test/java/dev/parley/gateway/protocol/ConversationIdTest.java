package dev.parley.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class ConversationIdTest {

  private static final UserId ADA = new UserId("default", "ada");
  private static final ThreadId THREAD = new ThreadId("t");
  private static final Epoch EPOCH = new Epoch("e_1");

  private static String id(String tenant, String subject, String thread, String epoch) {
    return ConversationId.of(new UserId(tenant, subject), new ThreadId(thread), new Epoch(epoch))
        .value();
  }

  // Services keep their memory under it: it must never change.
  public void itIsTheHashOfTheLengthsAndTexts() {
    // printf '\0\0\0\7default\0\0\0\3ada\0\0\0\1t\0\0\0\3e_1' | openssl dgst -sha256 -binary
    ConversationId id = ConversationId.of(ADA, THREAD, EPOCH);
    assertThat(id.value()).isEqualTo("Gt8gtKfO8Fd77z4pVhwewcFaO2xpQuwr3k8Ood-dXxg");
    assertThat(id).hasToString(id.value());
  }

  public void itHas43CharactersThatNoAddressEscapes() {
    assertThat(id("ü", "ä/?#", "a.b:c", "e")).matches("[A-Za-z0-9_-]{43}");
  }

  public void eachPartMakesAnother() {
    Set<String> ids = new HashSet<>();
    ids.add(id("default", "ada", "t", "e_1"));
    ids.add(id("other", "ada", "t", "e_1"));
    ids.add(id("default", "eve", "t", "e_1"));
    ids.add(id("default", "ada", "u", "e_1"));
    ids.add(id("default", "ada", "t", "e_2"));
    assertThat(ids).hasSize(5);
  }

  public void aTextThatMovesToTheNextPartMakesAnother() {
    List<String> ids =
        List.of(
            id("a", "bc", "d", "e"),
            id("ab", "c", "d", "e"),
            id("a", "b", "cd", "e"),
            id("a", "bc", "de", "e"));
    assertThat(ids).doesNotHaveDuplicates();
  }
}
