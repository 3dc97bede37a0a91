package dev.parley.gateway.tests.security;

import static dev.parley.gateway.tests.support.Bounds.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.FrameCases;
import dev.parley.gateway.tests.support.FrameCases.FrameCase;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Every rule of RFC 6455, sections 5 to 7, as bytes: what is answered, up to the end of stream. */
@Test(groups = {"security", "websocket"})
public class FrameRulesTest extends GatewayTest {
  private static final int MAX_DRIPPED = 4096;

  @Override
  protected Map<String, String> settings() {
    return Map.of("limits.frames_burst", "200");
  }

  @DataProvider
  public Object[][] cases() {
    return FrameCases.all().stream().map(each -> new Object[] {each}).toArray(Object[][]::new);
  }

  @Test(dataProvider = "cases")
  public void answersAsTheRuleSays(FrameCase each) {
    RawClient client = upgraded();
    client.sendWhileOpen(each.bytes());
    assertThat(FrameCases.answers(client)).isEqualTo(each.answers());
  }

  @Test(dataProvider = "cases")
  public void answersTheSameByteByByte(FrameCase each) {
    RawClient client = upgraded();
    byte[] bytes = each.bytes();
    for (int i = 0; i < bytes.length && i < MAX_DRIPPED; i++) {
      client.sendWhileOpen(new byte[] {bytes[i]});
    }
    if (bytes.length > MAX_DRIPPED) {
      byte[] rest = Arrays.copyOfRange(bytes, MAX_DRIPPED, bytes.length);
      client.sendWhileOpen(rest);
    }
    assertThat(FrameCases.answers(client)).isEqualTo(each.answers());
  }

  @DataProvider
  public Object[][] violations() {
    return new Object[][] {
      {"a reserved bit", RawClient.frame(0xC1, new byte[1]), 1002},
      {"an unmasked frame", new byte[] {(byte) 0x81, 0}, 1002},
      {"a binary frame", RawClient.frame(0x82, new byte[1]), 1003},
      {"bad UTF-8", RawClient.frame(0x81, new byte[] {(byte) 0xFF}), 1007},
      {"too many fragments", fragments(100), 1008},
      {"a frame too large", RawClient.frame(0x81, new byte[65537]), 1009},
      {"a forbidden close code", RawClient.frame(0x88, new byte[] {3, (byte) 0xED}), 1002},
    };
  }

  /** 40 commands, which are more than may be unanswered: some still wait when the error comes. */
  @Test(dataProvider = "violations")
  public void whatCameBeforeAViolationIsAnsweredBeforeTheClose(
      String wrong, byte[] frame, int code) {
    ByteArrayOutputStream segment = new ByteArrayOutputStream();
    Set<String> unanswered = new HashSet<>();
    for (int i = 1; i <= 40; i++) {
      String chat = Commands.chat("c" + i, "t1", "good").toString();
      segment.writeBytes(RawClient.frame(0x81, chat.getBytes(UTF_8)));
      unanswered.add("c" + i);
    }
    segment.writeBytes(frame);
    segment.writeBytes(
        RawClient.frame(0x81, Commands.chat("late", "t1", "").toString().getBytes(UTF_8)));
    RawClient client = upgraded();
    client.sendWhileOpen(segment.toByteArray());
    List<String> answers = FrameCases.answers(client);
    assertThat(answers)
        .as(wrong)
        .endsWith("close " + code)
        .noneMatch(each -> each.contains("late"));
    answers.forEach(each -> unanswered.remove(each.replaceFirst("accepted |rejected ", "")));
    assertThat(unanswered).as(wrong).isEmpty();
  }

  public void theSameInTheSegmentOfTheHandshake() {
    ByteArrayOutputStream segment = new ByteArrayOutputStream();
    String token = "Authorization: Bearer " + gateway.tokens().of(ada);
    segment.writeBytes(RawClient.upgrade(token).getBytes(UTF_8));
    String chat = Commands.chat("c1", "t1", "early").toString();
    segment.writeBytes(RawClient.frame(0x81, chat.getBytes(UTF_8)));
    segment.writeBytes(RawClient.frame(0xF1, new byte[0]));
    RawClient client = rawSocket();
    client.send(segment.toByteArray());
    assertThat(client.readAnswer().status()).isEqualTo(101);
    assertThat(FrameCases.answers(client))
        .contains("welcome", "accepted c1")
        .endsWith("close 1002");
  }

  public void aClientThatNeverAnswersTheCloseIsCutOff() {
    RawClient client = upgraded();
    client.send(RawClient.frame(0x83, new byte[0]));
    assertThat(FrameCases.answers(client)).containsExactly("close 1002");
    byte[] more = RawClient.frame(0x81, new byte[100]);
    await().until(() -> isCutOff(client, more));
  }

  public void aSocketEndsWithTheCloseOfItsClient() {
    RawClient client = upgraded();
    client.send(RawClient.frame(0x88, new byte[] {3, (byte) 0xE8}));
    assertThat(FrameCases.answers(client)).containsExactly("close 1000");
    gateway.awaitNoConnection();
    await().until(() -> isCutOff(client, new byte[1]));
  }

  private static boolean isCutOff(RawClient client, byte[] more) {
    try {
      client.sendOrFail(more);
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  private RawClient upgraded() {
    return closing(RawClient.upgraded(gateway.address(), gateway.tokens().of(ada)));
  }

  private static byte[] fragments(int count) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(RawClient.frame(0x01, new byte[0]));
    Collections.nCopies(count, RawClient.frame(0x00, new byte[0])).forEach(all::writeBytes);
    return all.toByteArray();
  }
}
