package dev.parley.gateway;

import dev.parley.gateway.audit.Audit;
import dev.parley.gateway.audit.OperatorAction;
import dev.parley.gateway.auth.JwtVerifier;
import dev.parley.gateway.config.Reloads;
import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.UserId;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reloads as {@code POST /v1/reload} does, for the signal SIGHUP. Java has no public class for
 * signals: that of the module {@code jdk.unsupported} is used where it is there. A JVM that was
 * started with SIGHUP ignored ({@code nohup}) never calls it; with {@code -Xrs} the signal ends the
 * process. Callable from any thread.
 */
final class SignalledReload {

  private static final Logger LOG = LoggerFactory.getLogger(SignalledReload.class);

  /** One that runs and one that begins after it: it reads what is there then. */
  private static final int MAX_PENDING = 2;

  /** Who asked, in the audit log. */
  private static final Principal SIGNAL =
      new Principal(
          new UserId(JwtVerifier.DEFAULT_TENANT, "SIGHUP"),
          Principal.DEFAULT_TIER,
          Set.of(),
          Instant.MAX);

  private final Audit audit;
  private final Reloads reloads;
  private final AtomicInteger pending = new AtomicInteger();

  SignalledReload(Audit audit, Reloads reloads) {
    this.audit = audit;
    this.reloads = reloads;
  }

  /** Reloads for each SIGHUP from now on, which no longer ends the process. */
  void onSignal() {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object called =
          Proxy.newProxyInstance(
              SignalledReload.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      reload();
                      yield null;
                    }
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> arguments != null && proxy == arguments[0];
                    default -> "SIGHUP";
                  });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), called);
    } catch (ReflectiveOperationException | RuntimeException | LinkageError unsupported) {
      LOG.info("SIGHUP does not reload here: {}", String.valueOf(unsupported.getCause()));
    }
  }

  private void reload() {
    if (pending.incrementAndGet() > MAX_PENDING) {
      pending.decrementAndGet();
      return;
    }
    LOG.info("reload: SIGHUP");
    var ignored =
        audited()
            .whenComplete(
                (outcome, failure) -> {
                  pending.decrementAndGet();
                  if (failure != null) {
                    LOG.error("reload: SIGHUP changed nothing", failure);
                  }
                });
  }

  private CompletionStage<Reloads.Outcome> audited() {
    Audit.Matter matter = new Audit.Matter(SIGNAL.user().tenant(), null, null, "the signal SIGHUP");
    return audit.around(
        audit.begun(SIGNAL, OperatorAction.RELOAD, matter),
        reloads::reload,
        outcome -> outcome.isDone() ? AuditEntry.DONE : "refused");
  }
}
