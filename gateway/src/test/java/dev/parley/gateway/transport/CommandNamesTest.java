package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.CommandId;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class CommandNamesTest {

  public void theNewestCommandOfAnIdIsNamed() {
    CommandNames names = new CommandNames();
    names.add(new CommandId("c1"), "chat");
    names.add(null, "ack");
    names.add(new CommandId("c1"), "set_title");
    assertThat(names.of(new CommandId("c1"))).isEqualTo("set_title");
    assertThat(names.of(new CommandId("c2"))).isNull();
  }

  public void anOldOneIsForgotten() {
    CommandNames names = new CommandNames();
    for (int i = 0; i < 9; i++) {
      names.add(new CommandId("c" + i), "chat");
    }
    assertThat(names.of(new CommandId("c0"))).isNull();
    assertThat(names.of(new CommandId("c1"))).isEqualTo("chat");
  }
}
