package dev.parley.gateway.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.StoreWatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** The committer's housekeeping of its disk. */
@Test(groups = "unit")
public class StoreDiskTest {

  private CommitterRig rig;
  private Reclaimer reclaimer;
  private StoreDisk disk;

  @BeforeMethod(alwaysRun = true)
  public void open() {
    rig = new CommitterRig();
    StoreReader reader = rig.reader();
    reclaimer = new Reclaimer(rig.store, new FreedBytes(), reader::usage, System::nanoTime);
    disk = new StoreDisk(rig.store, reclaimer, 0, StoreWatch.NONE, System::nanoTime);
  }

  @AfterMethod(alwaysRun = true)
  public void close() throws IOException {
    reclaimer.close();
    rig.close();
  }

  /** A store that is not open stands for any error of the disk. */
  public void compactionsThatCannotBeResumedAreResumedLater() throws IOException {
    Path current = rig.store.folder().files().resolve("CURRENT");
    Path away = current.resolveSibling("AWAY");
    assertThat(rig.store.reopenWithoutCompactions(again -> false)).isTrue();
    Files.move(current, away);
    assertThat(rig.store.reopen(again -> false)).isFalse();
    assertThat(disk.share()).isEqualTo(DiskGauge.UNLIMITED);
    assertThat(disk.share()).isEqualTo(DiskGauge.UNLIMITED);
    Files.move(away, current);
    assertThat(rig.store.reopen(again -> false)).isTrue();
    assertThat(disk.share()).isEqualTo(DiskGauge.UNLIMITED);
  }
}
