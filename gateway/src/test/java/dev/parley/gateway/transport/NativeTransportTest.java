package dev.parley.gateway.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.Errors;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.testng.SkipException;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The native file may be of an older release than the classes that call it. */
@Test(groups = "unit")
public class NativeTransportTest {

  private static final String FILE = "META-INF/native/libnetty_transport_native_epoll_%s.so";
  private static final List<String> PROCESSORS = List.of("x86_64", "aarch_64");

  @BeforeMethod(alwaysRun = true)
  public void onlyOnLinux() {
    boolean isShipped = PROCESSORS.contains(PlatformDependent.normalizedArch());
    if (!PlatformDependent.normalizedOs().equals("linux") || !isShipped) {
      throw new SkipException("no native file is shipped for this system");
    }
  }

  public void theLoopsRunOnEpoll() {
    assertThat(Epoll.unavailabilityCause()).isNull();
    assertThat(Errors.ERRNO_EAGAIN_NEGATIVE).isNegative();
    try (Loops loops = new Loops(1, Clock.systemUTC())) {
      assertThat(loops.channelType()).isEqualTo(EpollServerSocketChannel.class);
    }
  }

  @DataProvider
  public Object[][] processors() {
    return PROCESSORS.stream().map(name -> new Object[] {name}).toArray(Object[][]::new);
  }

  @Test(dataProvider = "processors")
  public void everyMethodThatTheClassesCallIsInTheNativeFile(String processor) throws Exception {
    String file = content(FILE.formatted(processor));
    List<String> methods =
        List.of(
                "io.netty.channel.epoll.LinuxSocket",
                "io.netty.channel.epoll.Native",
                "io.netty.channel.epoll.NativeStaticallyReferencedJniMethods",
                "io.netty.channel.unix.Buffer",
                "io.netty.channel.unix.ErrorsStaticallyReferencedJniMethods",
                "io.netty.channel.unix.FileDescriptor",
                "io.netty.channel.unix.LimitsStaticallyReferencedJniMethods",
                "io.netty.channel.unix.Socket")
            .stream()
            .flatMap(NativeTransportTest::nativeMethods)
            .toList();
    assertThat(methods).hasSizeGreaterThan(100);
    assertThat(file).contains(methods);
  }

  private static Stream<String> nativeMethods(String type) {
    try {
      ClassLoader loader = NativeTransportTest.class.getClassLoader();
      return Arrays.stream(Class.forName(type, false, loader).getDeclaredMethods())
          .filter(method -> Modifier.isNative(method.getModifiers()))
          .map(Method::getName)
          .distinct()
          .map(name -> name + '\0'); // a linker lets names share their ends
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static String content(String name) throws IOException {
    try (InputStream in = NativeTransportTest.class.getClassLoader().getResourceAsStream(name)) {
      assertThat(in).as(name).isNotNull();
      return new String(in.readAllBytes(), ISO_8859_1);
    }
  }
}
