package dev.parley.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class ByteAccountTest {

  private static final String[] ADA = {"acme", "ada"};

  public void eachAccountHoldsWhatThoseBelowItHold() {
    ByteAccount all = new ByteAccount();
    all.open("acme", "ada", "c_1").add(1);
    all.open("acme", "ada", "c_2").add(10);
    all.open("acme", "bob", "c_3").add(100);
    all.open("other", "ada", "c_4").add(1000);
    assertThat(all.held()).isEqualTo(1111);
    assertThat(all.find("acme")).map(ByteAccount::held).contains(111L);
    assertThat(all.find(ADA)).map(ByteAccount::held).contains(11L);
    assertThat(all.find("acme", "ada", "c_2")).map(ByteAccount::held).contains(10L);
  }

  public void whatAClosedAccountHeldIsTakenOffAtOnceAndOnlyOnce() {
    ByteAccount all = new ByteAccount();
    ByteAccount first = all.open("acme", "ada", "c_1");
    ByteAccount second = all.open("acme", "ada", "c_2");
    first.add(5);
    second.add(7);
    first.close();
    first.add(-5);
    first.close();
    assertThat(all.held()).isEqualTo(7);
    assertThat(all.highest()).isEqualTo(12);
    assertThat(all.find(ADA)).map(ByteAccount::held).contains(7L);
  }

  public void anAccountIsThereFromTheFirstToTheLastThatIsBelowIt() {
    ByteAccount all = new ByteAccount();
    List<ByteAccount> both =
        List.of(all.open("acme", "ada", "c_1"), all.open("acme", "bob", "c_2"));
    both.get(0).close();
    assertThat(all.find(ADA)).isEmpty();
    assertThat(all.find("acme", "bob")).isPresent();
    both.get(1).close();
    assertThat(all.find("acme")).isEmpty();
  }

  public void itIsFullWhenItOrOneAboveHoldsItsBound() {
    ByteAccount all = new ByteAccount(100, 50);
    ByteAccount ada = all.open("acme", "ada", "c_1");
    ByteAccount bob = all.open("other", "bob", "c_2");
    ada.add(49);
    assertThat(ada.isFull()).isFalse();
    ada.add(1);
    assertThat(ada.isFull()).isTrue();
    assertThat(bob.isFull()).isFalse();
    ada.add(50);
    assertThat(bob.isFull()).isTrue();
    ada.close();
    assertThat(bob.isFull()).isFalse();
  }

  public void manyThreadsLeaveNothingBehind() {
    ByteAccount all = new ByteAccount();
    IntStream.range(0, 10_000).parallel().forEach(number -> openAddClose(all, number));
    assertThat(all.held()).isZero();
    assertThat(all.find("t0")).isEmpty();
    assertThat(all.find("t1")).isEmpty();
  }

  private static void openAddClose(ByteAccount all, int number) {
    ByteAccount account = all.open("t" + number % 2, "u" + number % 7, "c_" + number);
    account.add(number);
    account.close();
  }
}
