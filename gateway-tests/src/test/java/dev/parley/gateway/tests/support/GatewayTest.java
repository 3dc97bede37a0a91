package dev.parley.gateway.tests.support;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.testng.annotations.AfterClass;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;

/**
 * Base class of tests that share one gateway. Each test has its own users, so that tests share no
 * threads and no limits. After each test its connections are closed, and the test fails if one of
 * them received an invalid frame.
 */
public abstract class GatewayTest {
  /** Users of the current test only. */
  protected String ada;

  protected String bob;

  protected RunningGateway gateway;
  private Map<String, String> settings = Map.of();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Deque<AutoCloseable> kept = new ArrayDeque<>();
  private int tests;

  /** Settings that override the defaults. */
  protected Map<String, String> settings() {
    return Map.of();
  }

  @BeforeClass(alwaysRun = true)
  public final void startGateway() {
    settings = settings();
    gateway = RunningGateway.start(settings);
  }

  /** Another gateway with the settings of the shared one and these, closed after the test. */
  protected final RunningGateway another(Map<String, String> changed) {
    Map<String, String> all = new HashMap<>(settings);
    all.putAll(changed);
    return closing(RunningGateway.start(all));
  }

  @BeforeMethod(alwaysRun = true)
  public final void nameUsers() {
    tests++;
    ada = "ada-" + tests;
    bob = "bob-" + tests;
  }

  @AfterMethod(alwaysRun = true)
  public final void closeClients() {
    closeAll(open);
  }

  @AfterClass(alwaysRun = true)
  public final void stopGateway() {
    try {
      closeAll(kept);
    } finally {
      gateway.close();
    }
  }

  private static void closeAll(Deque<AutoCloseable> all) {
    Throwable first = null;
    while (!all.isEmpty()) {
      try {
        all.pop().close();
      } catch (Throwable e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw new AssertionError(first.getMessage(), first);
    }
  }

  /** A connection of this user, closed after the test. */
  protected final WsClient connect(String user) {
    return closing(gateway.connect(user));
  }

  /** A connection with this token, closed after the test. */
  protected final WsClient connectWith(String token) {
    return closing(WsClient.open(gateway.address(), token));
  }

  /** Calls of this user over HTTP. */
  protected final HttpCaller http(String user) {
    return new HttpCaller(gateway.address(), gateway.tokens().of(user));
  }

  /** A plain socket, closed after the test. */
  protected final RawClient rawSocket() {
    return closing(RawClient.open(gateway.address()));
  }

  /** Closes this when all tests of the class have ended, before the shared gateway. */
  protected final <T extends AutoCloseable> T keeping(T part) {
    kept.push(part);
    return part;
  }

  /** Closes this after the test, in reverse order of registration. */
  protected final <T extends AutoCloseable> T closing(T client) {
    open.push(client);
    return client;
  }
}
