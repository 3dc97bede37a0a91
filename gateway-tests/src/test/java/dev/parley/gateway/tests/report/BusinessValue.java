package dev.parley.gateway.tests.report;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Why a promise is worth keeping, as {@link PromiseReport} prints it. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface BusinessValue {
  /** Whom it serves. */
  String segment();

  /** What the product wants with it. */
  String goal();

  /** What a person gains who uses the product. */
  String valueImpact();

  /** What the project gains. */
  String strategicImpact();
}
