package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.ClientCommand;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class CommandTypesTest {

  @DataProvider
  public Object[][] types() {
    return Arrays.stream(ClientCommand.class.getPermittedSubclasses())
        .filter(type -> !type.isInterface())
        .map(type -> new Object[] {type.getSimpleName()})
        .toArray(Object[][]::new);
  }

  public void aCommandHasTheTypeOfItsFrame() {
    String frame = "{\"type\":\"ping\",\"id\":\"p1\"}";
    assertThat(CommandTypes.of(MessageCodec.decode(frame.getBytes(UTF_8)))).isEqualTo("ping");
    String cancel = "{\"type\":\"cancel_run\",\"id\":\"c1\",\"payload\":{\"run_id\":\"r_1\"}}";
    assertThat(CommandTypes.of(MessageCodec.decode(cancel.getBytes(UTF_8))))
        .isEqualTo("cancel_run");
  }

  @Test(dataProvider = "types")
  public void everyTypeHasAName(String type) throws ReflectiveOperationException {
    Class<?> command = Class.forName(ClientCommand.class.getName() + "$" + type);
    String name = type.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    assertThat(CommandTypes.names()).containsEntry(command.asSubclass(ClientCommand.class), name);
  }

  public void eachCommandIsDispatchedToTheMethodOfItsType() {
    for (ClientCommand command : CommandSamples.all().values()) {
      List<String> called = new ArrayList<>();
      command.dispatch(recorder(command, called));
      String type = command.getClass().getSimpleName();
      assertThat(called)
          .containsExactly(type.substring(0, 1).toLowerCase(Locale.ROOT) + type.substring(1));
    }
  }

  /** Keeps the name of each method that is called with this command. */
  private static ClientCommand.Handler recorder(ClientCommand command, List<String> called) {
    InvocationHandler record =
        (proxy, method, given) -> {
          assertThat(given).containsExactly(command);
          called.add(method.getName());
          return null;
        };
    Class<?> handler = ClientCommand.Handler.class;
    return ClientCommand.Handler.class.cast(
        Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, record));
  }
}
