package dev.parley.gateway.agent.setup;

import dev.parley.gateway.agent.AgentProvider;
import dev.parley.gateway.protocol.Texts;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.StreamSupport;

/**
 * All providers by type: those on the class path, which has the gateway's own, and those in a
 * folder of jars, which has its own class loader. Used by the thread that starts the gateway.
 */
public final class AgentProviders implements AutoCloseable {

  private final Map<String, AgentProvider> byType = new TreeMap<>();
  private final URLClassLoader plugins;

  private AgentProviders(URLClassLoader plugins) {
    this.plugins = plugins;
  }

  /**
   * Finds all providers. Reads the disk.
   *
   * @throws IllegalArgumentException naming the folder, jar or type that cannot be used
   */
  public static AgentProviders load(Optional<Path> folder) {
    List<URL> jars = folder.map(AgentProviders::jars).orElseGet(List::of);
    ClassLoader parent = AgentProviders.class.getClassLoader();
    AgentProviders providers =
        new AgentProviders(new URLClassLoader("plugins", jars.toArray(URL[]::new), parent));
    try {
      ServiceLoader.load(AgentProvider.class, providers.plugins).forEach(providers::add);
      return providers;
    } catch (ServiceConfigurationError e) {
      providers.close();
      throw new IllegalArgumentException(
          Texts.expected("plugins.path", String.valueOf(e.getMessage()), "providers that load"), e);
    } catch (IllegalArgumentException e) {
      providers.close();
      throw e;
    }
  }

  private static List<URL> jars(Path folder) {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.jar")) {
      List<Path> jars = new ArrayList<>();
      StreamSupport.stream(found.spliterator(), false).sorted().forEach(jars::add);
      List<URL> urls = new ArrayList<>();
      for (Path jar : jars) {
        urls.add(checked(jar));
      }
      return urls;
    } catch (IOException e) {
      throw new IllegalArgumentException(
          Texts.expected("plugins.path", folder.toString(), "a readable folder of jars"), e);
    }
  }

  private static URL checked(Path jar) {
    // A class loader silently skips a file that is no jar.
    try {
      new JarFile(jar.toFile()).close();
      return jar.toUri().toURL();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          Texts.expected("plugins.path", jar.toString(), "a readable jar"), e);
    }
  }

  private void add(AgentProvider provider) {
    AgentProvider other = byType.putIfAbsent(provider.type(), provider);
    if (other != null) {
      throw new IllegalArgumentException(
          Texts.expected(
              "plugins.path",
              provider.getClass().getName() + " of type " + provider.type(),
              "one provider of a type; there is " + other.getClass().getName()));
    }
  }

  public Optional<AgentProvider> find(String type) {
    return Optional.ofNullable(byType.get(type));
  }

  /** The types in order, for error texts. */
  public String types() {
    return String.join(", ", byType.keySet());
  }

  /** Closes the jars. Agents from them must not run any more. */
  @Override
  public void close() {
    try {
      plugins.close();
    } catch (IOException e) {
      throw new IllegalStateException("plugins: cannot be closed", e);
    }
  }
}
