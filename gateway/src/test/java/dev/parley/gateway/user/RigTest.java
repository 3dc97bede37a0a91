package dev.parley.gateway.user;

import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;

/** A rig of its own for each test, with one user connected. */
public abstract class RigTest {

  public UserRig rig;
  public Peer ada;

  @BeforeMethod(alwaysRun = true)
  public void connect() {
    rig = new UserRig();
    ada = rig.connect();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  /** The agent completes the newest run. */
  public void endRun() {
    rig.agent.job().complete();
    rig.settle();
  }
}
