package dev.parley.gateway.http;

import dev.parley.gateway.contract.Call;
import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import java.util.Set;

/**
 * One file of the console, held in memory. Browsers revalidate it with each load and mostly get
 * 304.
 */
public final class ConsoleFile implements ImmediateEndpoint {

  /**
   * The page loads from and connects to this origin only; 'self' covers its WebSocket (CSP 3). Text
   * cannot become markup (Trusted Types): the only policy allows one URL, that of the Markdown
   * worker.
   */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " worker-src 'self';"
          + " require-trusted-types-for 'script'; trusted-types markdown-worker;"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** What the page never asks a person for. */
  private static final String FEATURES =
      "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()";

  private final String path;
  private final Side side;
  private final String contentType;
  private final byte[] body;
  private final EntityTag tag;

  ConsoleFile(String path, Side side, String contentType, byte[] body) {
    this.path = path;
    this.side = side;
    this.contentType = contentType;
    this.body = body;
    this.tag = EntityTag.of(body);
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public Side side() {
    return side;
  }

  /** A file is no call. */
  @Override
  public List<Call> calls() {
    return List.of();
  }

  @Override
  public Set<HttpMethod> methods() {
    return Set.of(HttpMethod.GET);
  }

  @Override
  public Response respond(Request request) {
    return tag.answer(request.headers(), contentType, body)
        .with("content-security-policy", POLICY)
        .with("referrer-policy", "no-referrer")
        .with("permissions-policy", FEATURES)
        .with("cross-origin-opener-policy", "same-origin");
  }
}
