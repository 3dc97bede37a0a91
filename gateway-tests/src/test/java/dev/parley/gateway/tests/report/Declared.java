package dev.parley.gateway.tests.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.AfterClass;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** A test as declared in the compiled classes of this module, independent of what TestNG runs. */
record Declared(Class<?> owner, String method, Set<String> groups) {

  /** All tests of this module. */
  static List<Declared> all() {
    List<Declared> declared = new ArrayList<>();
    for (Class<?> owner : classes()) {
      if (!Modifier.isAbstract(owner.getModifiers())) {
        for (Method method : owner.getMethods()) {
          if (isTest(owner, method)) {
            declared.add(new Declared(owner, method.getName(), groups(owner, method)));
          }
        }
      }
    }
    return declared;
  }

  private static boolean isTest(Class<?> owner, Method method) {
    boolean marked = method.isAnnotationPresent(Test.class);
    boolean byClass =
        method.getDeclaringClass() == owner
            && owner.isAnnotationPresent(Test.class)
            && method.getReturnType() == void.class
            && !Modifier.isStatic(method.getModifiers())
            && Stream.of(
                    BeforeClass.class,
                    AfterClass.class,
                    BeforeMethod.class,
                    AfterMethod.class,
                    DataProvider.class)
                .noneMatch(method::isAnnotationPresent);
    return !method.isSynthetic() && (marked || byClass);
  }

  private static Set<String> groups(Class<?> owner, Method method) {
    Set<String> groups = new HashSet<>();
    add(groups, owner.getAnnotation(Test.class));
    add(groups, method.getAnnotation(Test.class));
    return groups;
  }

  private static void add(Set<String> groups, @Nullable Test annotation) {
    if (annotation != null) {
      groups.addAll(List.of(annotation.groups()));
    }
  }

  private static List<Class<?>> classes() {
    try {
      Path root =
          Path.of(Declared.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      try (Stream<Path> files = Files.walk(root)) {
        List<Class<?>> classes = new ArrayList<>();
        for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
          String name = root.relativize(file).toString().replace(".class", "").replace('/', '.');
          classes.add(Class.forName(name, false, Declared.class.getClassLoader()));
        }
        return classes;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException | ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
