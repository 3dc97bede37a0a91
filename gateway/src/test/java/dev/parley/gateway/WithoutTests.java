package dev.parley.gateway;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;

/**
 * Leaves out the classes of the tests: those beside this one, to whatever folder it is compiled.
 */
final class WithoutTests implements ImportOption {

  private final String tests =
      WithoutTests.class.getProtectionDomain().getCodeSource().getLocation().getPath();

  @Override
  public boolean includes(Location location) {
    return !location.contains(tests);
  }
}
