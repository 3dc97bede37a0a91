package dev.parley.gateway.auth;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.parley.gateway.config.Secret;
import dev.parley.gateway.protocol.Texts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Set;

/**
 * A secret that signs tokens of the gateway. It is stored beside the log, so that tokens stay valid
 * after a restart. Used by the starting thread.
 */
public final class StoredSecret {

  /** The file with the secret of development tokens. */
  public static final String DEVELOPMENT = "dev-secret";

  /** The file with the secret of the tokens of runs. */
  public static final String RUNS = "run-secret";

  private static final int BYTES = 32;

  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private StoredSecret() {}

  /** A new secret, which is not stored. */
  public static Secret random() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return Secret.of(bytes);
  }

  /**
   * The secret in this folder; created if there is none.
   *
   * @param name of the file
   * @throws IOException if the file cannot be read or written, or has another length
   */
  public static Secret in(Path folder, String name) throws IOException {
    Path file = folder.resolve(name);
    if (Files.notExists(file)) {
      create(folder, file, name);
    }
    Files.setPosixFilePermissions(file, OWNER_ONLY);
    byte[] bytes = Files.readAllBytes(file);
    if (bytes.length != BYTES) {
      throw new IOException(
          Texts.expected(
              file.toString(),
              bytes.length + " bytes",
              BYTES + " bytes; remove the file for a new secret"));
    }
    return Secret.of(bytes);
  }

  /** Atomic: after a crash there is the whole secret or none. */
  private static void create(Path folder, Path file, String name) throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path half = folder.resolve(name + ".new");
    Files.deleteIfExists(half);
    try (FileChannel channel =
        FileChannel.open(
            half, Set.of(CREATE_NEW, WRITE), PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
      ByteBuffer bytes = ByteBuffer.wrap(random().bytes());
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(half, file, ATOMIC_MOVE);
  }
}
