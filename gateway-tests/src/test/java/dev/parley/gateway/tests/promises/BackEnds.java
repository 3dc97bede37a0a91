package dev.parley.gateway.tests.promises;

import org.testng.annotations.DataProvider;

/** All places of the builtin agent. Abstract: a class with annotated methods counts as a test. */
abstract class BackEnds {

  private BackEnds() {}

  /** A promise class is run once with each. */
  @DataProvider
  public static Object[] backEnds() {
    return new Object[] {new BackEnd(false), new BackEnd(true)};
  }
}
