package dev.parley.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.tls.TlsConfig.Keystore;
import dev.parley.gateway.tls.TlsConfig.PemFiles;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class TlsFilesTest {

  /** What is before the PKCS#1 form in the PKCS#8 form of an RSA key of 2048 bits. */
  private static final int RSA_HEADER = 26;

  private TestTls ec;
  private TestTls rsa;

  @BeforeClass(alwaysRun = true)
  public void make() {
    ec = TestTls.make();
    rsa = TestTls.make("-keyalg", "RSA", "-keysize", "2048");
  }

  @AfterClass(alwaysRun = true)
  public void delete() {
    ec.close();
    rsa.close();
  }

  private static TlsIdentity read(TlsConfig.Source source) {
    Problems problems = new Problems();
    Optional<TlsIdentity> read = TlsFiles.read(new TlsConfig(source, Duration.ZERO), problems);
    assertThat(problems.lines()).isEmpty();
    return read.orElseThrow();
  }

  private static List<String> problems(TlsConfig.Source source) {
    Problems problems = new Problems();
    assertThat(TlsFiles.read(new TlsConfig(source, Duration.ZERO), problems)).isEmpty();
    return problems.lines();
  }

  private static PemFiles pem(TestTls of, Path key) {
    return new PemFiles(of.certificateFile(), key, Optional.empty());
  }

  // -- forms that are read

  public void keysOfPkcs8AreRead() {
    for (TestTls each : List.of(ec, rsa)) {
      TlsIdentity read = read(pem(each, each.keyFile()));
      assertThat(read.key()).isEqualTo(each.key());
      assertThat(read.chain()).containsExactly(each.certificate());
    }
  }

  public void anRsaKeyOfPkcs1IsRead() {
    byte[] pkcs8 = rsa.key().getEncoded();
    byte[] pkcs1 = Arrays.copyOfRange(pkcs8, RSA_HEADER, pkcs8.length);
    Path file = rsa.write("pkcs1.pem", TestTls.pem("RSA PRIVATE KEY", pkcs1));
    assertThat(read(pem(rsa, file)).key()).isEqualTo(rsa.key());
  }

  /** As {@code openssl ecparam -genkey} writes it: the curve comes first. */
  public void anEcKeyOfSec1IsRead() {
    byte[] pkcs8 = ec.key().getEncoded();
    byte[] scalar = Arrays.copyOfRange(pkcs8, pkcs8.length - 32, pkcs8.length);
    byte[] sec1 = new byte[7 + 32 + 12];
    byte[] head = {0x30, 49, 2, 1, 1, 4, 32};
    byte[] curve = {(byte) 0xA0, 10, 6, 8, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 3, 1, 7};
    System.arraycopy(head, 0, sec1, 0, 7);
    System.arraycopy(scalar, 0, sec1, 7, 32);
    System.arraycopy(curve, 0, sec1, 39, 12);
    String parameters =
        "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
    Path file = ec.write("sec1.pem", parameters + TestTls.pem("EC PRIVATE KEY", sec1));
    ECPrivateKey key = (ECPrivateKey) read(pem(ec, file)).key();
    assertThat(key.getS()).isEqualTo(((ECPrivateKey) ec.key()).getS());
  }

  public void anEncryptedKeyIsReadWithItsPassword() throws Exception {
    Path file = ec.write("encrypted.pem", TestTls.pem("ENCRYPTED PRIVATE KEY", encrypted()));
    PemFiles files = new PemFiles(ec.certificateFile(), file, Optional.of(ec.passwordFile()));
    assertThat(read(files).key()).isEqualTo(ec.key());
  }

  public void aPasswordIsTheFirstLineAsItIs() throws Exception {
    Path file = ec.write("encrypted.pem", TestTls.pem("ENCRYPTED PRIVATE KEY", encrypted()));
    Path lines = ec.write("lines", TestTls.PASSWORD + "\r\nanother line\n");
    PemFiles files = new PemFiles(ec.certificateFile(), file, Optional.of(lines));
    assertThat(read(files).key()).isEqualTo(ec.key());
    assertThat(read(new Keystore(ec.keystore(), lines)).key()).isEqualTo(ec.key());
    Path spaces = ec.write("spaces", " " + TestTls.PASSWORD);
    assertThat(problems(new Keystore(ec.keystore(), spaces))).hasSize(1);
  }

  /** PBES2 without parameters, with wrong ones, and with work for a day. */
  @Test(timeOut = 60_000)
  public void anEncryptedKeyWithBadParametersIsRefused() throws Exception {
    byte[] good = encrypted();
    assertThat(PemKey.read(encryptedPem(good), TestTls.PASSWORD.toCharArray())).isPresent();
    byte[] none = HexFormat.of().parseHex("3012300b06092a864886f70d01050d0403000000");
    byte[] empty = HexFormat.of().parseHex("3014300d06092a864886f70d01050d30000403000000");
    for (byte[] each : List.of(none, empty, endless())) {
      assertThat(PemKey.read(encryptedPem(each), TestTls.PASSWORD.toCharArray())).isEmpty();
    }
    for (int at = 0; at < good.length; at++) {
      byte[] changed = good.clone();
      changed[at] ^= 0x55;
      var ignored = PemKey.read(encryptedPem(changed), TestTls.PASSWORD.toCharArray());
    }
  }

  /** A key that takes hours to decrypt. */
  private static byte[] endless() throws Exception {
    AlgorithmParameters work = AlgorithmParameters.getInstance("PBEWithHmacSHA256AndAES_256");
    work.init(
        new PBEParameterSpec(new byte[16], Integer.MAX_VALUE, new IvParameterSpec(new byte[16])));
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("PBES2");
    parameters.init(work.getEncoded());
    return new EncryptedPrivateKeyInfo(parameters, new byte[64]).getEncoded();
  }

  private static String encryptedPem(byte[] der) {
    return TestTls.pem("ENCRYPTED PRIVATE KEY", der);
  }

  private byte[] encrypted() throws Exception {
    String algorithm = "PBEWithHmacSHA256AndAES_256";
    Cipher cipher = Cipher.getInstance(algorithm);
    cipher.init(
        Cipher.ENCRYPT_MODE,
        SecretKeyFactory.getInstance(algorithm)
            .generateSecret(new PBEKeySpec(TestTls.PASSWORD.toCharArray())));
    byte[] bytes = cipher.doFinal(ec.key().getEncoded());
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("PBES2");
    parameters.init(cipher.getParameters().getEncoded());
    return new EncryptedPrivateKeyInfo(parameters, bytes).getEncoded();
  }

  public void aKeystoreIsRead() {
    TlsIdentity read = read(new Keystore(ec.keystore(), ec.passwordFile()));
    assertThat(read.key()).isEqualTo(ec.key());
    assertThat(read.chain()).containsExactly(ec.certificate());
    assertThat(read.toString()).isEqualTo("certificate " + read.fingerprint());
  }

  // -- mistakes

  public void aMissingFileIsNamedAndSoIsTheOther() {
    Path nowhere = Path.of("/nowhere/a.pem");
    assertThat(problems(new PemFiles(nowhere, nowhere, Optional.empty())))
        .containsExactly(
            "server.tls.certificate_file: /nowhere/a.pem (expected: a readable PEM file with"
                + " certificates)",
            "server.tls.key_file: /nowhere/a.pem (expected: " + PemKey.EXPECTED + ")");
    assertThat(problems(new Keystore(nowhere, nowhere)))
        .anyMatch(line -> line.startsWith("server.tls.keystore_file: "))
        .anyMatch(line -> line.startsWith("server.tls.keystore_password_file: "));
  }

  public void aKeyOfAnotherCertificateIsRefused() {
    TestTls other = TestTls.make();
    assertThat(problems(pem(ec, other.keyFile())).get(0))
        .startsWith("server.tls.key_file: " + other.keyFile().toString().substring(0, 4))
        .endsWith("(expected: the key of the first certificate of server.tls.certificate_file)");
    other.close();
    assertThat(problems(pem(ec, rsa.keyFile()))).hasSize(1);
    assertThat(problems(pem(rsa, ec.keyFile()))).hasSize(1);
  }

  public void aWrongPasswordIsRefusedAndNotShown() throws Exception {
    Path wrong = ec.write("wrong", "not-the-password");
    Path file = ec.write("encrypted.pem", TestTls.pem("ENCRYPTED PRIVATE KEY", encrypted()));
    PemFiles files = new PemFiles(ec.certificateFile(), file, Optional.of(wrong));
    assertThat(problems(files)).hasSize(1).noneMatch(line -> line.contains("not-the-password"));
    assertThat(problems(files).get(0)).contains("for the password in server.tls.key_password_file");
    assertThat(problems(new Keystore(ec.keystore(), wrong)).get(0))
        .startsWith("server.tls.keystore_file: ")
        .contains("for the password in server.tls.keystore_password_file");
    assertThat(problems(pem(ec, file)).get(0)).startsWith("server.tls.key_password_file: not set");
  }

  public void textThatIsNoKeyOrNoCertificateIsRefused() throws Exception {
    Path text = ec.write("text.pem", "hello");
    Path cut = ec.write("cut.pem", TestTls.pem("EC PRIVATE KEY", new byte[] {0x30, 5, 2}));
    Path empty = ec.write("empty.pem", TestTls.pem("RSA PRIVATE KEY", new byte[] {1}));
    byte[] endless =
        HexFormat.of().parseHex("300e020101040100a00606847fffff00"); // a curve of 2 GiB
    Path huge = ec.write("long.pem", TestTls.pem("EC PRIVATE KEY", endless));
    for (Path each : List.of(text, cut, empty, huge)) {
      assertThat(problems(pem(ec, each)).get(0)).startsWith("server.tls.key_file: ");
    }
    assertThat(problems(new PemFiles(text, ec.keyFile(), Optional.empty())).get(0))
        .startsWith("server.tls.certificate_file: ");
    assertThat(problems(new Keystore(text, ec.passwordFile())).get(0))
        .startsWith("server.tls.keystore_file: ");
  }

  /** As a device that never ends, in the place of a file. */
  public void aHugeFileIsRefused() throws Exception {
    String blank = "\n".repeat(1024 * 1024);
    Path key = ec.write("huge-key.pem", Files.readString(ec.keyFile()) + blank);
    Path chain = ec.write("huge.pem", Files.readString(ec.certificateFile()) + blank);
    assertThat(problems(new PemFiles(chain, key, Optional.empty())))
        .hasSize(2)
        .anyMatch(line -> line.startsWith("server.tls.certificate_file: "))
        .anyMatch(line -> line.startsWith("server.tls.key_file: "));
  }

  public void aKeystoreWithTwoKeysIsRefused() throws Exception {
    char[] password = TestTls.PASSWORD.toCharArray();
    KeyStore two = KeyStore.getInstance("PKCS12");
    two.load(null, password);
    for (TestTls each : List.of(ec, rsa)) {
      Certificate[] chain = {each.certificate()};
      two.setKeyEntry("key-" + two.size(), each.key(), password, chain);
    }
    Path file = ec.write("two.p12", "");
    try (OutputStream out = Files.newOutputStream(file)) {
      two.store(out, password);
    }
    assertThat(problems(new Keystore(file, ec.passwordFile())).get(0))
        .startsWith("server.tls.keystore_file: ")
        .endsWith("(expected: exactly one key, with its certificate)");
  }

  public void aWeakKeyIsRefused() {
    TestTls weak = TestTls.make("-keyalg", "RSA", "-keysize", "1024");
    assertThat(problems(pem(weak, weak.keyFile())).get(0)).contains("at least 2048 bits");
    weak.close();
  }

  public void certificatesInTheWrongOrderAreRefused() throws Exception {
    TestTls other = TestTls.make("-keyalg", "EC", "-groupname", "secp256r1", "-dname", "CN=other");
    String both =
        Files.readString(ec.certificateFile()) + Files.readString(other.certificateFile());
    Path file = ec.write("both.pem", both);
    PemFiles files = new PemFiles(file, ec.keyFile(), Optional.empty());
    other.close();
    assertThat(problems(files).get(0)).contains("each with that of its issuer after it");
  }

  public void randomKeysAreReadOrRefused() {
    byte[] der = ec.key().getEncoded();
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      byte[] changed = Arrays.copyOf(der, 1 + random.nextInt(der.length));
      changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      for (String label : List.of("PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY")) {
        var ignored = PemKey.read(TestTls.pem(label, changed), null);
      }
    }
  }
}
