package dev.parley.gateway.http;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.protocol.RefusedException;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class OpsGateTest {

  private static HttpHeaders headers(String... lines) {
    HttpHeaders headers = new DefaultHttpHeaders();
    for (String line : lines) {
      headers.add(line.substring(0, line.indexOf(": ")), line.substring(line.indexOf(": ") + 2));
    }
    return headers;
  }

  @DataProvider
  public Object[][] passing() {
    return new Object[][] {
      {true, headers("host: 127.0.0.1:9090")},
      {true, headers("host: LOCALHOST")},
      {true, headers("host: [::1]:9090")},
      {true, headers("host: 127.0.0.2:9090")},
      {true, headers("host: localhost:19090", "origin: http://localhost:19090")},
      {false, headers("host: ops.example.com", "origin: https://ops.example.com")},
      {false, headers("host: 10.0.0.5:9090")},
      {false, headers()},
      {true, headers("host: localhost", "sec-fetch-site: none")},
      {true, headers("host: localhost", "sec-fetch-site: same-origin", "sec-fetch-dest: empty")},
      {true, headers("host: localhost", "sec-fetch-site: cross-site", "sec-fetch-dest: document")},
    };
  }

  @Test(dataProvider = "passing")
  public void ownPagesAndProgramsPass(boolean isLoopback, HttpHeaders headers) {
    assertThatCode(() -> new OpsGate(isLoopback).check(headers)).doesNotThrowAnyException();
  }

  @DataProvider
  public Object[][] refused() {
    return new Object[][] {
      {true, headers(), "Host"},
      {true, headers("host: evil.example:9090"), "Host"},
      {true, headers("host: 127.0.0.1.evil.example"), "Host"},
      {true, headers("host: localhost.evil.example"), "Host"},
      {true, headers("host: 10.0.0.5:9090"), "Host"},
      {true, headers("host: 127.0.0.1", "host: evil.example"), "Host"},
      {true, headers("host: 127.0.0.1:9090", "origin: http://evil.example"), "Origin"},
      {true, headers("host: 127.0.0.1:9090", "origin: http://127.0.0.1:8080"), "Origin"},
      {true, headers("host: 127.0.0.1:9090", "origin: null"), "Origin"},
      {false, headers("host: 10.0.0.5:9090", "origin: http://10.0.0.5"), "Origin"},
      {
        true,
        headers("host: localhost", "sec-fetch-site: cross-site", "sec-fetch-dest: image"),
        "Sec-"
      },
      {true, headers("host: localhost", "sec-fetch-site: same-site"), "Sec-Fetch-Site"},
      {false, headers("host: 10.0.0.5", "sec-fetch-site: cross-site"), "Sec-Fetch-Site"},
    };
  }

  @Test(dataProvider = "refused")
  public void otherPagesDoNot(boolean isLoopback, HttpHeaders headers, String names) {
    assertThatThrownBy(() -> new OpsGate(isLoopback).check(headers))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(names);
  }
}
