package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.LogException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/**
 * The folder that the operator named ({@code store.path}) and the folder in it that RocksDB works
 * in, which only this user may enter. Every failure is a {@link LogException} with the ways out.
 */
final class StoreFolder {

  private static final String NAME = "log";
  private static final String CURRENT = "CURRENT";
  private static final String BACKUP = "BACKUP";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private static final Pattern DATA = Pattern.compile(".*[.](sst|log)|" + NewestRecordFile.NAME);

  private final Path path;
  private final Path files;

  StoreFolder(Path path) {
    this.path = path.toAbsolutePath().normalize();
    this.files = this.path.resolve(NAME);
  }

  /** The folder that the operator named. */
  Path path() {
    return path;
  }

  /** RocksDB's folder. */
  Path files() {
    return files;
  }

  /** How much of its disk is free. */
  long usableBytes() {
    return files.toFile().getUsableSpace();
  }

  /** Makes what is missing, and proves that it can be written to. */
  void prepare() {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw refused("a folder, and this is a file: remove it, or name another path", null);
    }
    try {
      makeForOwner(files);
      Files.delete(Files.createTempFile(files, "writable", null));
      checkBeginning();
    } catch (IOException e) {
      throw refused(
          "a folder that this user may make and write to: change its owner or its rights, or name"
              + " another path",
          e);
    }
  }

  /** Makes a folder, or makes an existing one safe. */
  void makeForOwner(Path folder) throws IOException {
    Files.createDirectories(folder, ownerOnly());
    if (isPosix() && !Files.getPosixFilePermissions(folder).equals(OWNER_ONLY)) {
      Files.setPosixFilePermissions(folder, OWNER_ONLY);
    }
  }

  /** Whether this store was made from another and not opened since. */
  boolean isBackup() {
    return Files.exists(files.resolve(BACKUP));
  }

  void markAsBackup() throws IOException {
    Files.write(files.resolve(BACKUP), Backups.note());
  }

  /** The store has a generation of its own now. */
  void clearBackup() {
    try {
      Files.deleteIfExists(files.resolve(BACKUP));
    } catch (IOException e) {
      throw refused("to be rid of " + files.resolve(BACKUP) + "; found: " + e, e);
    }
  }

  /** RocksDB would begin anew where its first file is missing, whatever else there is. */
  private void checkBeginning() throws IOException {
    try (Stream<Path> all = Files.list(files)) {
      boolean data = all.anyMatch(file -> DATA.matcher(file.getFileName().toString()).matches());
      if (data && Files.notExists(files.resolve(CURRENT))) {
        throw damaged(files.resolve(CURRENT) + " is missing beside data", null);
      }
    }
  }

  /** Proves that there is a store, which is to be opened anew in place. */
  void require() {
    if (Files.notExists(files.resolve(CURRENT))) {
      throw damaged(files.resolve(CURRENT) + " is missing", null);
    }
  }

  /** Proves that nothing is missing at the end of a store that opened with this newest record. */
  void checkNewest(long newest) {
    try {
      OptionalLong bound = new NewestRecordFile(files).read();
      if (bound.isPresent() && newest < bound.getAsLong()) {
        throw damaged(
            "its files *.log end at record "
                + newest
                + ", and "
                + files.resolve(NewestRecordFile.NAME)
                + " says that there were "
                + bound.getAsLong(),
            null);
      }
    } catch (IOException e) {
      throw refused("a readable " + files.resolve(NewestRecordFile.NAME) + "; found: " + e, e);
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
    if (status != null && isDamage(status, message)) {
      return damaged(message + where(message), e);
    }
    return refused("a store that can be opened and written; found: " + message, e);
  }

  private static boolean isDamage(Status status, String message) {
    return status.getCode() == Status.Code.Corruption
        || message.contains("No such file or directory");
  }

  /** Of all its files RocksDB does not name those that hold the newest records. */
  private String where(String message) {
    if (message.contains(CURRENT) || message.contains(files.toString())) {
      return "";
    }
    try (Stream<Path> all = Files.list(files)) {
      return all.map(Path::toString)
          .filter(name -> name.endsWith(".log"))
          .sorted()
          .collect(Collectors.joining(" or ", " in ", ""));
    } catch (IOException e) {
      return " in " + files;
    }
  }

  private LogException damaged(String found, @Nullable Exception cause) {
    return refused(
        "an undamaged store: restore a backup, or name a new path to begin empty; found: " + found,
        cause);
  }

  private LogException refused(String expectation, @Nullable Exception cause) {
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
