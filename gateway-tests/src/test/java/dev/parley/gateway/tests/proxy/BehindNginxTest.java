package dev.parley.gateway.tests.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.testng.annotations.Test;

/** The gateway behind Debian's nginx, configured as documented. */
@Test(groups = {"websocket", "error_recovery", "external"})
public class BehindNginxTest extends BehindProxy {

  @Override
  Duration timeout() {
    return Duration.ofSeconds(60);
  }

  @Override
  Proxy start(URI gateway, Duration timeout) {
    String times =
        timeout.isZero()
            ? ""
            : "proxy_read_timeout %1$sms; proxy_send_timeout %1$sms; send_timeout %1$sms;"
                .formatted(timeout.toMillis());
    return Proxy.nginx((port, folder) -> whole(times + DocumentedConfig.nginx(port, gateway)));
  }

  /** A whole configuration around a file of {@code conf.d}: one process with its own folder. */
  private static String whole(String http) {
    return """
        daemon off;
        master_process off;
        pid nginx.pid;
        events {}
        http {
            access_log off;
            client_body_temp_path body;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
        %s
        }
        """
        .formatted(http);
  }

  public void aProxyWithDefaultSettingsIsAnswered() throws IOException {
    String minimal = "server { listen 127.0.0.1:%s; location / { proxy_pass http://%s; } }";
    String target = gateway.address().getAuthority();
    try (Proxy plain = Proxy.nginx((port, folder) -> whole(minimal.formatted(port, target)))) {
      for (int i = 0; i < 3; i++) {
        assertThat(status(plain.address(), "/healthz")).isEqualTo(200);
        assertThat(status(plain.address(), "/parley.js")).isEqualTo(200);
      }
    }
  }
}
