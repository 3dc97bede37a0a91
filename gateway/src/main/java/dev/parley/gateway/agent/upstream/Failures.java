package dev.parley.gateway.agent.upstream;

import dev.parley.gateway.protocol.ErrorCode;
import io.netty.handler.proxy.ProxyConnectException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The failures of attempts, with messages for people. No message holds a credential. */
final class Failures {

  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
  private static final int TIMEOUT = 408;
  private static final int CONFLICT = 409;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;
  private static final int OVERLOADED = 529;

  private Failures() {}

  static Failure unreachable(Throwable cause) {
    return unreachable("The service cannot be reached: " + reason(cause) + ".");
  }

  static Failure connectTimeout(Duration timeout) {
    return unreachable("The service cannot be reached: no connection " + within(timeout) + ".");
  }

  private static Failure unreachable(String message) {
    return new Failure(
        new UpstreamException(ErrorCode.UPSTREAM_UNREACHABLE, message, true, null), true, true);
  }

  private static String reason(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof CertificateException || each instanceof CertPathValidatorException) {
        return "its certificate is not trusted";
      }
      if (each instanceof UnknownHostException) {
        return "its name is not known";
      }
      if (each instanceof ProxyConnectException) {
        return "the proxy refuses it";
      }
    }
    if (failure instanceof NoRouteToHostException) {
      return "there is no route to it";
    }
    if (failure instanceof ConnectException) {
      return "it refuses connections";
    }
    return failure instanceof SSLException || failure.getCause() instanceof SSLException
        ? "the TLS handshake failed"
        : "the connection failed";
  }

  static Failure firstByteTimeout(Duration timeout) {
    String message = "The service did not begin to answer " + within(timeout) + ".";
    return new Failure(
        new UpstreamException(ErrorCode.UPSTREAM_TIMEOUT, message, true, null), false, true);
  }

  static Failure idleTimeout(Duration timeout) {
    String message = "The service sent nothing " + within(timeout) + ".";
    return Failure.ending(UpstreamException.permanent(ErrorCode.UPSTREAM_TIMEOUT, message));
  }

  static Failure late(Duration timeout) {
    String message = "The service did not answer " + within(timeout) + ".";
    return Failure.ending(UpstreamException.permanent(ErrorCode.UPSTREAM_TIMEOUT, message));
  }

  private static String within(Duration timeout) {
    return timeout.toMillis() % 1000 == 0
        ? "within " + timeout.toSeconds() + " s"
        : "within " + timeout.toMillis() + " ms";
  }

  static Failure disconnected() {
    return Failure.ending(
        UpstreamException.permanent(
            ErrorCode.UPSTREAM_DISCONNECTED, "The connection to the service was lost."));
  }

  static Failure protocol(String message) {
    return protocol(message, "");
  }

  /** A run that waited so long for a place. */
  static UpstreamException noPlace(Duration waited) {
    return new UpstreamException(
        ErrorCode.OVERLOADED, "The agent has as many runs now as it may have.", true, waited);
  }

  /** A request that cannot be made, for example of a header that no request may have. */
  static Failure unsendable(String agent, RuntimeException cause) {
    // Its message may quote a header: only its type is logged.
    LOG.warn("agent {}: a request cannot be sent: {}", agent, cause.getClass().getName());
    return protocol("The request cannot be sent");
  }

  /**
   * An answer that is none.
   *
   * @param what a text without its full stop
   * @param said a short text of the service; empty if there is none
   */
  static Failure protocol(String what, String said) {
    return new Failure(
        UpstreamException.permanent(ErrorCode.UPSTREAM_PROTOCOL, quoted(what, said)),
        what,
        false,
        false);
  }

  private static String quoted(String what, String said) {
    return said.isEmpty() ? what + "." : what + ": " + said;
  }

  /** The listener of a stream failed. */
  static Failure ofListener(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof UpstreamException known) {
        return Failure.ending(known);
      }
    }
    return Failure.ending(UpstreamException.permanent(ErrorCode.AGENT_ERROR, "The agent failed."));
  }

  /**
   * An answer with an error status.
   *
   * @param said a short text of the service; empty if there is none
   * @param body the beginning of the body, which is not shown
   */
  static Failure status(int status, String said, String body, @Nullable Duration retryAfter) {
    ErrorCode code = codeOf(status);
    boolean retryable = code == ErrorCode.UPSTREAM_RATE_LIMITED || code == ErrorCode.UPSTREAM_ERROR;
    String message = what(status, code) + " (" + status + ")";
    // What is said of credentials may hold a part of them.
    String quote = code == ErrorCode.UPSTREAM_AUTH ? "" : said;
    UpstreamException error =
        new UpstreamException(
            code, quoted(message, quote), retryable, retryable ? retryAfter : null, body);
    return new Failure(error, message, isTransient(status), status >= SERVER_ERROR);
  }

  private static boolean isTransient(int status) {
    return switch (status) {
      case TIMEOUT, TOO_MANY_REQUESTS, 502, 503, 504, OVERLOADED -> true;
      default -> false;
    };
  }

  private static ErrorCode codeOf(int status) {
    return switch (status) {
      case 401, 403, 407 -> ErrorCode.UPSTREAM_AUTH;
      case TIMEOUT, CONFLICT, TOO_MANY_REQUESTS, OVERLOADED -> ErrorCode.UPSTREAM_RATE_LIMITED;
      default -> status >= SERVER_ERROR ? ErrorCode.UPSTREAM_ERROR : ErrorCode.UPSTREAM_REJECTED;
    };
  }

  private static String what(int status, ErrorCode code) {
    return switch (code) {
      case UPSTREAM_AUTH -> "The service does not accept the credentials of the gateway";
      case UPSTREAM_RATE_LIMITED ->
          status == TOO_MANY_REQUESTS ? "The service has too many requests" : "The service is busy";
      case UPSTREAM_ERROR -> "The service failed";
      default ->
          status < 400
              ? "The service redirects elsewhere, which is not followed"
              : "The service rejected the request";
    };
  }
}
