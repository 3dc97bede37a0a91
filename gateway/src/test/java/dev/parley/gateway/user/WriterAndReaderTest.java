package dev.parley.gateway.user;

import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;

/** Base class of tests with two connections of one user in a new {@link UserRig}. */
public abstract class WriterAndReaderTest {
  protected UserRig rig;
  protected Peer writer;
  protected Peer reader;

  @BeforeMethod(alwaysRun = true)
  public final void connect() {
    rig = new UserRig();
    writer = rig.connect();
    reader = rig.connect();
  }

  @AfterMethod(alwaysRun = true)
  public final void close() {
    rig.close();
  }
}
