package dev.parley.gateway.tests.report;

import dev.parley.gateway.log.embedded.FrozenDisk;
import dev.parley.gateway.tests.support.Autobahn;
import dev.parley.gateway.tests.support.Firefox;
import dev.parley.gateway.tests.support.Promtool;
import java.util.Collection;
import java.util.List;
import org.testng.IMethodInstance;
import org.testng.IMethodInterceptor;
import org.testng.ITestContext;

/**
 * Leaves out tests that need more than a JDK when {@code DISABLE_EXTERNAL_DEPENDENCIES} is true,
 * tests that mount file systems where that is not allowed, and those of a program that could not be
 * downloaded. They count as not selected, never as skipped.
 */
public final class NotSelected implements IMethodInterceptor {
  private static final String ATTRIBUTE = NotSelected.class.getName();

  /** Holds what is found out once. */
  private static final class Mounting {
    static final boolean IS_ALLOWED = FrozenDisk.canBeMounted();
  }

  /** Whether a test with these groups is left out of this run. */
  static boolean leavesOut(Collection<String> groups) {
    boolean isExternal = groups.contains(Groups.EXTERNAL);
    boolean isPrivileged = groups.contains(Groups.PRIVILEGED);
    return lacksWhatAGatewayElsewhereNeeds(groups)
        || (isExternal && Boolean.parseBoolean(System.getenv("DISABLE_EXTERNAL_DEPENDENCIES")))
        || (isPrivileged && !Mounting.IS_ALLOWED)
        || (groups.contains(Groups.PROMTOOL) && Promtool.find().isEmpty())
        || (groups.contains(Groups.AUTOBAHN) && !Autobahn.isThere())
        || (groups.contains(Groups.FIREFOX) && !Firefox.isThere());
  }

  /** A gateway elsewhere may have no built-in agent, and one token is that of one user. */
  private static boolean lacksWhatAGatewayElsewhereNeeds(Collection<String> groups) {
    if (System.getProperty("parley.test.against", "").isEmpty()) {
      return false;
    }
    String agent = System.getenv().getOrDefault("BLACK_BOX_AGENT", "");
    return (groups.contains(Groups.SECOND_USER)
            && System.getenv().getOrDefault("BLACK_BOX_KEY", "").isEmpty()
            && System.getenv().getOrDefault("BLACK_BOX_OTHER_TOKEN", "").isEmpty())
        || (groups.contains(Groups.BUILTIN) && !agent.isEmpty() && !agent.equals(Groups.BUILTIN))
        || !groups.contains(Groups.BLACK_BOX);
  }

  @Override
  public List<IMethodInstance> intercept(List<IMethodInstance> methods, ITestContext context) {
    List<IMethodInstance> kept =
        methods.stream()
            .filter(method -> !leavesOut(List.of(method.getMethod().getGroups())))
            .toList();
    context.setAttribute(ATTRIBUTE, methods.size() - kept.size());
    return kept;
  }

  /** The number of tests left out of this context. */
  static int in(ITestContext context) {
    return context.getAttribute(ATTRIBUTE) instanceof Integer count ? count : 0;
  }
}
