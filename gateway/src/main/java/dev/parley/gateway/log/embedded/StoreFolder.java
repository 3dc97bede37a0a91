package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.embedded.NewestRecordFile.NewestBound;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/**
 * The folder of the setting {@code store.path}, and RocksDB's folder in it, which only the
 * gateway's user may enter. Every failure is a {@link LogException} that says what to do.
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

  /** The folder of the setting. */
  Path path() {
    return path;
  }

  /** RocksDB's folder. */
  Path files() {
    return files;
  }

  /** The free bytes of its disk. */
  long usableBytes() {
    return files.toFile().getUsableSpace();
  }

  /** Creates missing folders and checks that they are writable. */
  void prepare() {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw refused("a folder, but this is a file: remove it, or name another path", null);
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

  /** Creates a folder, or removes other users' rights from an existing one. */
  void makeForOwner(Path folder) throws IOException {
    Files.createDirectories(folder, ownerOnly());
    if (isPosix() && !Files.getPosixFilePermissions(folder).equals(OWNER_ONLY)) {
      Files.setPosixFilePermissions(folder, OWNER_ONLY);
    }
  }

  /** Whether the store is a copy that was not opened yet. */
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
      throw refused("that " + files.resolve(BACKUP) + " can be deleted; found: " + e, e);
    }
  }

  /**
   * RocksDB would create an empty store when its file CURRENT is missing, even beside other files.
   */
  private void checkBeginning() throws IOException {
    try (Stream<Path> all = Files.list(files)) {
      boolean data = all.anyMatch(file -> DATA.matcher(file.getFileName().toString()).matches());
      if (data && Files.notExists(files.resolve(CURRENT))) {
        throw damaged(files.resolve(CURRENT) + " is missing beside data", null);
      }
    }
  }

  /** Checks that the store still exists before it is reopened. */
  void require() {
    if (Files.notExists(files.resolve(CURRENT))) {
      throw damaged(files.resolve(CURRENT) + " is missing", null);
    }
  }

  /** Checks that a store which opened with this newest record has no records missing at its end. */
  void checkNewest(long newest) {
    bound()
        .filter(bound -> newest < bound.newest())
        .ifPresent(
            bound -> {
              throw damaged(
                  "its files *.log end at record "
                      + newest
                      + ", and "
                      + files.resolve(NewestRecordFile.NAME)
                      + " says that there were "
                      + bound.newest(),
                  null);
            });
  }

  /** Checks before a store is opened that the end of its list of tables is not missing. */
  void checkManifest() {
    Optional<ManifestLength> before = bound().flatMap(NewestBound::manifest);
    if (before.isEmpty() || Files.notExists(files.resolve(CURRENT))) {
      return;
    }
    ManifestLength now;
    try {
      now = ManifestLength.of(files);
    } catch (IOException e) {
      // RocksDB says what is wrong with the file.
      return;
    }
    if (now.isCut(before.get())) {
      throw damaged(
          now.file(files)
              + " has "
              + now.bytes()
              + " bytes, and "
              + files.resolve(NewestRecordFile.NAME)
              + " says that "
              + before.get().file(files).getFileName()
              + " had "
              + before.get().bytes(),
          null);
    }
  }

  private Optional<NewestBound> bound() {
    try {
      return new NewestRecordFile(files).read();
    } catch (IOException e) {
      throw refused("a readable " + files.resolve(NewestRecordFile.NAME) + "; found: " + e, e);
    }
  }

  /** The reason why RocksDB could not open or write its files, and what to do. */
  LogException explained(RocksDBException e) {
    String message = String.valueOf(e.getMessage());
    Status status = e.getStatus();
    if (message.contains("While lock file") || message.contains("lock hold by current process")) {
      return refused(
          "a store that no other process has open: stop the other gateway, or name another path",
          e);
    }
    if (message.contains("Column families not opened")) {
      return newer(message, e);
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

  /** RocksDB does not name the damaged file when it is one with the newest records. */
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

  /** The reason why a store that a newer gateway has written is not opened. */
  LogException newer(String found, @Nullable Exception cause) {
    return refused(
        "a store of format "
            + EmbeddedLog.FORMAT
            + " or earlier: start the newer version that wrote it, or restore a backup from before;"
            + " found: "
            + found,
        cause);
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
