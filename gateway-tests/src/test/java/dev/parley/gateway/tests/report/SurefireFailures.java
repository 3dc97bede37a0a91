package dev.parley.gateway.tests.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * The failures that Surefire counted, from its XML: it also knows of a class that could not be
 * loaded, of which TestNG has no outcome.
 */
final class SurefireFailures {
  private static final XMLInputFactory XML = XMLInputFactory.newFactory();

  private SurefireFailures() {}

  /** A line for each class with failures; empty if the folder is missing. */
  static List<String> in(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<String> failed = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(SurefireFailures::isReport).sorted().toList()) {
        long count = failures(file);
        if (count > 0) {
          failed.add("failed: " + count + " of " + file.getFileName());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return failed;
  }

  private static boolean isReport(Path file) {
    return file.getFileName().toString().matches("TEST-.*\\.xml");
  }

  private static long failures(Path file) throws IOException {
    try (var input = Files.newInputStream(file)) {
      XMLStreamReader reader = XML.createXMLStreamReader(input);
      reader.nextTag(); // testsuite
      return count(reader, "failures") + count(reader, "errors");
    } catch (XMLStreamException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private static long count(XMLStreamReader reader, String attribute) {
    String value = reader.getAttributeValue(null, attribute);
    return value == null ? 0 : Long.parseLong(value);
  }
}
