package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.ADA;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.InboxState;
import dev.parley.gateway.log.StoreKind;
import dev.parley.gateway.protocol.UserId;
import java.nio.file.Path;
import java.util.Optional;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.testng.annotations.Test;

/** An entry of the directory that is in memory is found without another thread. */
@Test(groups = "unit")
public class InboxInMemoryTest extends EventLogContract {

  private static final long MEMORY = 8 << 20;
  private static final byte[] VALUE = {1, 2, 3};
  private static final UserId STRANGER = new UserId("acme", "stranger");

  public InboxInMemoryTest() {
    super(StoreKind.EMBEDDED);
  }

  public void whatIsInMemoryIsAnsweredInTheCall() {
    InboxState ada = await(log.inboxes().arrive(ADA, "pro", false));
    for (int i = 0; i < 100; i++) {
      assertThat(log.inboxes().find(ADA).toCompletableFuture())
          .isCompletedWithValue(Optional.of(ada));
      assertThat(log.inboxes().find(STRANGER).toCompletableFuture())
          .isCompletedWithValue(Optional.empty());
    }
  }

  public void whatOnlyTheDiskTellsIsUnknownUntilItIsRead() throws RocksDBException {
    byte[] key = Keys.user(ADA);
    Path path = folder.resolve("small");
    try (RocksStore store = RocksStore.open(path, MEMORY);
        WriteBatch batch = new WriteBatch()) {
      batch.put(store.handle(ColumnFamily.INBOXES), key, VALUE);
      store.write(batch);
      assertThat(inMemory(store, key)).contains(VALUE);
      assertThat(store.getInMemory(ColumnFamily.INBOXES, Keys.user(STRANGER)))
          .hasValueSatisfying(found -> assertThat(found.value()).isEmpty());
    }
    try (RocksStore store = RocksStore.open(path, MEMORY)) {
      assertThat(inMemory(store, key)).isEmpty();
      assertThat(store.get(ColumnFamily.INBOXES, key)).contains(VALUE);
      assertThat(inMemory(store, key)).contains(VALUE);
    }
  }

  private static Optional<byte[]> inMemory(RocksStore store, byte[] key) {
    return store.getInMemory(ColumnFamily.INBOXES, key).flatMap(Database.InMemory::value);
  }
}
