package dev.parley.gateway.tests.proxy;

import static dev.parley.gateway.tests.support.Bounds.await;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.WsClient;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The gateway behind Debian's HAProxy, configured as documented. */
@Test(groups = {"websocket", "error_recovery", "external"})
public class BehindHaproxyTest extends BehindProxy {
  private static final String OFTEN = " check inter 100ms fall 1 rise 1";

  @Override
  Duration timeout() {
    return Duration.ofSeconds(50);
  }

  @Override
  Proxy start(URI gateway, Duration timeout) {
    return Proxy.haproxy(
        (port, folder) -> {
          String documented = DocumentedConfig.haproxy(port, gateway);
          return timeout.isZero() ? documented : cut(documented, timeout.toMillis() + "ms");
        });
  }

  private static String cut(String configuration, String timeout) {
    String client = DocumentedConfig.replaced(configuration, "client 50s", "client " + timeout);
    return DocumentedConfig.replaced(client, "server 50s", "server " + timeout);
  }

  @DataProvider
  public Object[][] checks() {
    return new Object[][] {
      {"option httpchk GET /readyz", "200"},
      {"option httpchk GET /healthz", "200"},
      {"option httpchk HEAD /readyz", "200"},
      {"option httpchk", "204"}, // Sends OPTIONS / HTTP/1.0.
    };
  }

  @Test(dataProvider = "checks")
  public void itsHealthChecksPass(String check, String code) {
    try (Proxy checking =
        Proxy.haproxy(
            (port, folder) ->
                withStatus(DocumentedConfig.haproxy(port, gateway.address()), folder)
                    .replace("option httpchk GET /readyz", check)
                    .replace(" check\n", OFTEN + "\n"))) {
      awaitChecked(checking, code);
      try (WsClient socket = WsClient.open(checking.address(), gateway.tokens().of(ada))) {
        socket.barrier();
      }
    }
  }

  private static String withStatus(String configuration, Path folder) {
    return "global\n    stats socket " + folder.resolve("status") + "\n" + configuration;
  }

  /** Fields of "show stat" (HAProxy's management guide, 9.1): 17 status, 36 check, 37 its code. */
  private static void awaitChecked(Proxy proxy, String code) {
    await()
        .ignoreExceptionsInstanceOf(SocketException.class) // Its socket may not be there yet.
        .untilAsserted(
            () -> {
              String[] server = server(proxy).split(",", -1);
              assertThat(server[17]).as("status").isEqualTo("UP");
              assertThat(server[36]).as("check").isEqualTo("L7OK");
              assertThat(server[37]).as("code").isEqualTo(code);
            });
  }

  private static String server(Proxy proxy) throws IOException {
    var address = UnixDomainSocketAddress.of(proxy.file("status"));
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(address);
      channel.write(ByteBuffer.wrap("show stat\n".getBytes(US_ASCII)));
      String all = new String(Channels.newInputStream(channel).readAllBytes(), US_ASCII);
      return all.lines().filter(line -> line.startsWith("parley,gateway,")).findFirst().orElse("");
    }
  }

  @DataProvider
  public Object[][] versions() {
    return new Object[][] {{"send-proxy-v2"}, {"send-proxy"}};
  }

  @Test(dataProvider = "versions")
  public void theProxyProtocolIsAccepted(String version) {
    Map<String, String> settings = new HashMap<>(settings());
    settings.put("server.proxy_protocol", "required");
    try (RunningGateway behind = RunningGateway.start(settings);
        Proxy before =
            Proxy.haproxy(
                (port, folder) ->
                    withStatus(
                            DocumentedConfig.haproxyWithProxyProtocol(port, behind.address()),
                            folder)
                        .replace("check send-proxy-v2", version + OFTEN))) {
      awaitChecked(before, "200");
      try (WsClient socket = WsClient.open(before.address(), behind.tokens().of(ada))) {
        assertThat(socket.runToEnd("t1", "what is 6*7?")).isNotEmpty();
      }
    }
  }
}
