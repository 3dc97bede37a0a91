package dev.parley.gateway.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Files in a folder for each target: inputs that once were answered wrongly, and examples that are
 * not text.
 */
final class KeptInputs {

  private KeptInputs() {}

  static List<byte[]> of(String target) {
    URL folder = KeptInputs.class.getResource(target);
    if (folder == null) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
      List<byte[]> kept = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        kept.add(Files.readAllBytes(file));
      }
      return kept;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
