package dev.parley.gateway.tests.report;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The family of attacks to which the cases of a test belong, as {@link AttackTable} counts them.
 * That of a method takes precedence over that of its class.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Attack {
  /** What is attacked, in one or two words. */
  String value();
}
