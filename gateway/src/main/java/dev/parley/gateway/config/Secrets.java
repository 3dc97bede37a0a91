package dev.parley.gateway.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Parsers of secrets, which are given directly or in a file. */
public final class Secrets {

  private static final int MAX_FILE_BYTES = 64 * 1024;

  private Secrets() {}

  /** The secret itself. It is never shown, not even if it is refused. */
  public static Parser<Secret> text(int minBytes) {
    return new Parser<>(
        "at least " + bytes(minBytes),
        true,
        MappingForm.NONE,
        text -> Optional.of(Secret.of(text)).filter(secret -> secret.length() >= minBytes));
  }

  /** The path of a file with the secret; white space around the secret is ignored. */
  public static Parser<Secret> file(int minBytes) {
    return Parser.of(
        "a readable text file with at least " + bytes(minBytes),
        text ->
            Parsers.asPath(text)
                .flatMap(Secrets::read)
                .map(Secret::of)
                .filter(secret -> secret.length() >= minBytes));
  }

  /** The path of a file with confidential text that the parser reads. */
  public static <T> Parser<T> file(Parser<T> content) {
    return Parser.of(
        "a readable text file with " + content.expectation(),
        text -> Parsers.asPath(text).flatMap(Secrets::read).flatMap(content::parse));
  }

  /** Reads in sequence, so that the file may be a pipe. */
  private static Optional<String> read(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
      return bytes.length > MAX_FILE_BYTES ? Optional.empty() : Optional.of(decode(bytes).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String bytes(int count) {
    return count == 1 ? "1 byte" : count + " bytes";
  }

  private static String decode(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }
}
