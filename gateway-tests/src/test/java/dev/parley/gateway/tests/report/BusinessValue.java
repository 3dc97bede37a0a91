package dev.parley.gateway.tests.report;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The value of a promise, as {@link PromiseReport} prints it. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface BusinessValue {
  /** The people it serves. */
  String segment();

  /** The goal of the product. */
  String goal();

  /** The gain for a user of the product. */
  String valueImpact();

  /** The gain for the project. */
  String strategicImpact();
}
