package dev.parley.gateway.tests.report;

import java.util.List;
import org.testng.IMethodInstance;
import org.testng.IMethodInterceptor;
import org.testng.ITestContext;

/**
 * Leaves out tests that need more than a JDK when {@code DISABLE_EXTERNAL_DEPENDENCIES} is true.
 * They count as not selected, never as skipped.
 */
public final class ExternalDependencies implements IMethodInterceptor {
  private static final String ATTRIBUTE = ExternalDependencies.class.getName();

  static boolean disabled() {
    return Boolean.parseBoolean(System.getenv("DISABLE_EXTERNAL_DEPENDENCIES"));
  }

  @Override
  public List<IMethodInstance> intercept(List<IMethodInstance> methods, ITestContext context) {
    List<IMethodInstance> kept =
        disabled() ? methods.stream().filter(method -> !isExternal(method)).toList() : methods;
    context.setAttribute(ATTRIBUTE, methods.size() - kept.size());
    return kept;
  }

  private static boolean isExternal(IMethodInstance method) {
    return List.of(method.getMethod().getGroups()).contains(Groups.EXTERNAL);
  }

  /** The number of tests left out of this context. */
  static int notSelected(ITestContext context) {
    return context.getAttribute(ATTRIBUTE) instanceof Integer count ? count : 0;
  }
}
