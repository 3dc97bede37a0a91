package dev.parley.gateway.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Secrets as settings: given as they are, or in a file of their own. */
public final class Secrets {

  private static final int LARGEST_FILE = 64 * 1024;

  private Secrets() {}

  /** The text itself; it is never shown, not even when it is refused. */
  public static Parser<Secret> text(int leastBytes) {
    return new Parser<>(
        "at least " + leastBytes + " bytes",
        true,
        text -> Optional.of(Secret.of(text)).filter(secret -> secret.length() >= leastBytes));
  }

  /** The path of a file that holds the secret; white space around it does not count. */
  public static Parser<Secret> file(int leastBytes) {
    return Parser.of(
        "a readable text file with at least " + leastBytes + " bytes in it",
        text ->
            Parsers.asPath(text)
                .flatMap(Secrets::read)
                .map(Secret::of)
                .filter(secret -> secret.length() >= leastBytes));
  }

  /** Reads from the start on, so that a pipe serves as well as a regular file. */
  private static Optional<String> read(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(LARGEST_FILE + 1);
      return bytes.length > LARGEST_FILE ? Optional.empty() : Optional.of(decode(bytes).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String decode(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }
}
