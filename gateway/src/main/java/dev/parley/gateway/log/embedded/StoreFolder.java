package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.LogException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/**
 * The folder that the operator named ({@code store.path}) and the folder in it that RocksDB works
 * in, which only this user may enter. Every failure is a {@link LogException} with the ways out.
 */
final class StoreFolder {

  private static final String NAME = "log";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private final Path path;

  StoreFolder(Path path) {
    this.path = path.toAbsolutePath().normalize();
  }

  /** Makes what is missing, proves that it can be written to, and answers RocksDB's folder. */
  Path prepare() {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw refused("a folder, and this is a file: remove it, or name another path", null);
    }
    try {
      Path folder = path.resolve(NAME);
      Files.createDirectories(folder, ownerOnly());
      if (isPosix() && !Files.getPosixFilePermissions(folder).equals(OWNER_ONLY)) {
        Files.setPosixFilePermissions(folder, OWNER_ONLY);
      }
      Files.delete(Files.createTempFile(folder, "writable", null));
      return folder;
    } catch (IOException e) {
      throw refused(
          "a folder that this user may make and write to: change its owner or its rights, or name"
              + " another path",
          e);
    }
  }

  /** Says why RocksDB could not open or keep its files, and what to do. */
  LogException explained(RocksDBException e) {
    String message = String.valueOf(e.getMessage());
    Status status = e.getStatus();
    if (message.contains("While lock file") || message.contains("lock hold by current process")) {
      return refused(
          "a store that no other process has open: stop the other gateway, or name another path",
          e);
    }
    if (status != null && status.getCode() == Status.Code.Corruption) {
      return refused(
          "an undamaged store: restore a backup, or name a new path to begin empty; found: "
              + message,
          e);
    }
    return refused("a store that can be opened and written; found: " + message, e);
  }

  LogException refused(String expectation, @Nullable Exception cause) {
    return new LogException("store.path: " + path + " (expected: " + expectation + ")", cause);
  }

  private FileAttribute<?>[] ownerOnly() {
    return isPosix()
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
        : new FileAttribute<?>[0];
  }

  private boolean isPosix() {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
