package dev.parley.gateway;

import ch.qos.logback.classic.LoggerContext;
import dev.parley.gateway.config.Problems;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The command line: reads the settings, starts the gateway, closes it on SIGTERM, reloads on
 * SIGHUP.
 */
public final class Main {

  private static final int FAULT = 1;
  private static final int WRONG_SETTINGS = 2;

  private Main() {}

  /** Returns when the gateway has started; exit code 2 when its settings prevent the start. */
  public static void main(String[] arguments) {
    List<String> args = List.of(arguments);
    if (GatewayConfig.asksForHelp(args)) {
      System.out.print(GatewayConfig.help());
      return;
    }
    if (GatewayConfig.asksForVersion(args)) {
      System.out.print(Version.text());
      return;
    }
    Problems problems = new Problems();
    GatewayConfig config = GatewayConfig.read(args, System.getenv(), problems);
    AtomicReference<Gateway> running = new AtomicReference<>();
    // Before the start: a signal during the start ends the process cleanly too.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(running.get()), "shutdown"));
    try {
      Gateway gateway = Gateway.start(config, problems);
      running.set(gateway);
      gateway.reloadOnSignal();
      System.out.println(gateway.greeting());
    } catch (StartException e) {
      System.err.println(e.getMessage());
      stopLogging();
      Runtime.getRuntime().halt(WRONG_SETTINGS);
    } catch (RuntimeException e) {
      LoggerFactory.getLogger(Main.class).error("the gateway could not start", e);
      stopLogging();
      Runtime.getRuntime().halt(FAULT);
    }
  }

  private static void end(@Nullable Gateway gateway) {
    if (gateway != null) {
      gateway.close();
    }
    stopLogging();
    // A JVM ended by a signal exits with 143; a clean shutdown exits with 0.
    Runtime.getRuntime().halt(0);
  }

  private static void stopLogging() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.stop();
    }
  }
}
