package dev.parley.gateway.tests.browser;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** A JavaScript library from its WebJar on the class path. */
record WebJar(String name, String version) {

  static WebJar of(String name) {
    Properties properties = new Properties();
    try (InputStream in = resource(about(name)).openStream()) {
      properties.load(in);
      return new WebJar(name, properties.getProperty("version"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text of one of its files. */
  String text(String file) {
    try (InputStream in = resource(folder() + file).openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies the files of this folder, without its subfolders, unless they were copied before. */
  Path unpack(String folder, Path target) {
    Path place = target.resolve(name + "-" + version);
    if (Files.exists(place)) {
      return place;
    }
    String from = folder() + folder + "/";
    try (JarFile jar = jar()) {
      Path whole = Files.createDirectories(target.resolve(name + ".part"));
      for (JarEntry entry : jar.stream().filter(each -> isIn(from, each)).toList()) {
        Path file = whole.resolve(entry.getName().substring(from.length()));
        Files.write(file, jar.getInputStream(entry).readAllBytes());
      }
      return Files.move(whole, place);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isIn(String folder, JarEntry entry) {
    String name = entry.getName();
    return name.startsWith(folder)
        && !entry.isDirectory()
        && name.indexOf('/', folder.length()) < 0;
  }

  private JarFile jar() throws IOException {
    JarURLConnection connection = (JarURLConnection) resource(about(name)).openConnection();
    connection.setUseCaches(false);
    return connection.getJarFile();
  }

  private static String about(String name) {
    return "META-INF/maven/org.webjars.npm/" + name + "/pom.properties";
  }

  private String folder() {
    return "META-INF/resources/webjars/" + name + "/" + version + "/";
  }

  private static URL resource(String place) {
    URL url = WebJar.class.getClassLoader().getResource(place);
    if (url == null) {
      throw new AssertionError(place + ": missing (expected: on the class path)");
    }
    return url;
  }
}
