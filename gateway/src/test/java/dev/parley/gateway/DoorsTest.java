package dev.parley.gateway;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Keeps the doors between the rooms: what each package may import of the others. */
@Test(groups = "unit")
public class DoorsTest {
  private static final String ROOT = "dev.parley.gateway";

  private JavaClasses house;

  @BeforeClass(alwaysRun = true)
  public void readTheHouse() {
    house = new ClassFileImporter().withImportOption(new WithoutTests()).importPackages(ROOT);
  }

  /** Room, then the rooms it may import. All may import config; the root may import all. */
  @DataProvider
  public Object[][] doors() {
    return new Object[][] {
      door("config"),
      door("protocol", "config"),
      door("limit", "config", "protocol"),
      door("live", "protocol"),
      door("monitor", "config", "limit"),
      door("codec", "config", "protocol"),
      door("auth", "config", "protocol", "limit", "monitor", "log"),
      door("contract", "protocol"),
      door("log", "config", "protocol", "limit", "monitor"),
      door("audit", "config", "protocol", "limit", "log", "user.home"),
      door("hook", "config"),
      door("tls", "config"),
      door("trace", "config"),
      door("alert", "config", "protocol", "monitor", "codec", "hook", "log", "user.inbox"),
      door("notify", "config", "protocol", "limit", "monitor", "codec", "log", "hook"),
      door("agent", "config", "protocol", "monitor", "codec", "hook", "trace"),
      door("user.home", "protocol", "limit", "log"),
      door("user.thread", "user.home", "protocol", "limit", "codec", "log"),
      door(
          "user.history", "user.home", "user.thread", "protocol", "limit", "codec", "log", "agent"),
      door(
          "user.run",
          "user.home",
          "user.thread",
          "user.history",
          "config",
          "protocol",
          "monitor",
          "limit",
          "codec",
          "log",
          "agent",
          "trace"),
      door(
          "user.read",
          "user.home",
          "user.thread",
          "config",
          "protocol",
          "monitor",
          "limit",
          "codec",
          "log"),
      door(
          "user.inbox",
          "user.home",
          "user.thread",
          "user.read",
          "protocol",
          "limit",
          "codec",
          "log"),
      door(
          "user.command",
          "user.home",
          "user.thread",
          "user.run",
          "user.read",
          "protocol",
          "monitor",
          "limit",
          "codec",
          "log",
          "agent",
          "trace"),
      door(
          "user",
          "user.home",
          "user.thread",
          "user.history",
          "user.run",
          "user.read",
          "user.command",
          "user.inbox",
          "config",
          "protocol",
          "monitor",
          "limit",
          "codec",
          "log"),
      door(
          "route",
          "config",
          "protocol",
          "user",
          "user.home",
          "user.thread",
          "user.read",
          "user.command",
          "user.inbox",
          "trace"),
      door(
          "transport",
          "config",
          "protocol",
          "tls",
          "monitor",
          "limit",
          "live",
          "codec",
          "auth",
          "user.home",
          "user.thread",
          "user.read",
          "route"),
      door(
          "http",
          "audit",
          "contract",
          "config",
          "protocol",
          "monitor",
          "alert",
          "limit",
          "live",
          "codec",
          "auth",
          "user",
          "user.inbox",
          "route",
          "log",
          "agent"),
    };
  }

  /** Library, then the rooms that may know it; the root, which wires, is always one of them. */
  @DataProvider
  public Object[][] libraries() {
    return new Object[][] {
      {"io.netty", rooms("transport", "http", "agent.upstream", "hook")},
      {"org.rocksdb", rooms("log.embedded")},
      {"com.nimbusds", rooms("auth", "agent.upstream")},
      {"org.snakeyaml", rooms("config")},
      {"com.networknt", rooms("agent.tool")},
      {"io.micrometer", rooms("monitor")},
      {"io.prometheus", rooms("monitor")},
      {"org.HdrHistogram", rooms("monitor")},
      {"io.opentelemetry", rooms("trace.otlp")},
      {"ch.qos.logback", rooms()},
    };
  }

  @Test(dataProvider = "doors")
  public void eachRoomImportsOnlyThroughItsDoors(String room, String[] mayImport) {
    DescribedPredicate<JavaClass> behindADoor =
        resideInAnyPackage(mayImport).or(resideOutsideOfPackage(ROOT + ".."));
    check(
        classes()
            .that()
            .resideInAPackage(in(room))
            .should()
            .onlyDependOnClassesThat(behindADoor.as("stand behind a door of %s", room)));
  }

  /** What the parts of {@code user} may import of each other is exactly what they do. */
  @Test(dataProvider = "doors")
  public void noDoorOfTheUserIsUnused(String room, String[] mayImport) {
    if (!room.startsWith("user")) {
      return;
    }
    List<JavaClass> imported =
        house.that(resideInAPackage(in(room))).stream()
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .map(Dependency::getTargetClass)
            .toList();
    assertThat(mayImport).allMatch(door -> imported.stream().anyMatch(resideInAPackage(door)));
  }

  @Test(dataProvider = "libraries")
  public void aLibraryIsKnownOnlyWhereItBelongs(String library, String[] rooms) {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(rooms)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(library + ".."));
  }

  public void everyPackageIsAKnownRoom() {
    String[] known =
        Arrays.stream(doors()).map(door -> in((String) door[0])).toArray(String[]::new);
    check(
        classes()
            .that()
            .resideOutsideOfPackage(ROOT)
            .should()
            .resideInAnyPackage(known)
            .because("a package is named after what it knows"));
  }

  public void theVocabularyNeedsNothingButTheJdk() {
    check(
        classes()
            .that()
            .resideInAPackage(in("protocol"))
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", in("protocol"), in("config")));
  }

  public void noPackageReachesItselfThroughOthers() {
    check(slices().matching(ROOT + ".(**)").should().beFreeOfCycles());
  }

  public void loggingGoesThroughSlf4j() {
    check(NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING);
  }

  public void onlyTheCommandLineWritesToTheTerminal() {
    JavaClasses butMain = house.that(DescribedPredicate.not(named(ROOT + ".Main")));
    NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.allowEmptyShould(true).check(butMain);
  }

  private void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(house);
  }

  private static DescribedPredicate<JavaClass> named(String name) {
    return DescribedPredicate.describe(name, type -> type.getName().equals(name));
  }

  private static Object[] door(String room, String... mayImport) {
    String[] behind =
        Stream.concat(Stream.of(room), Arrays.stream(mayImport))
            .map(DoorsTest::in)
            .toArray(String[]::new);
    return new Object[] {room, behind};
  }

  private static String[] rooms(String... rooms) {
    return Stream.concat(Stream.of(ROOT), Arrays.stream(rooms).map(DoorsTest::in))
        .toArray(String[]::new);
  }

  /** The packages of a room; the parts of {@code user} are rooms of their own. */
  private static String in(String room) {
    return ROOT + "." + room + (room.equals("user") ? "" : "..");
  }
}
