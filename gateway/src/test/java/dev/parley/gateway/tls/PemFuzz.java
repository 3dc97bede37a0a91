package dev.parley.gateway.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.parley.gateway.fuzz.FuzzTarget;
import java.security.cert.X509Certificate;
import java.util.List;

/** Private keys and certificates of the listeners: as text, and DER that is put in PEM. */
public final class PemFuzz implements FuzzTarget {

  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final List<String> LABELS =
      List.of("PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY");

  @Override
  public String name() {
    return "pem";
  }

  @Override
  public List<byte[]> examples() {
    return FuzzTarget.kept(name());
  }

  @Override
  public int inputs() {
    return 4_000;
  }

  @Override
  public void take(byte[] input) {
    byte[] rest = FuzzTarget.rest(input);
    int variant = FuzzTarget.variant(input, LABELS.size() + 2);
    if (variant == 0) {
      read(new String(rest, ISO_8859_1));
    } else if (variant <= LABELS.size()) {
      read(TestTls.pem(LABELS.get(variant - 1), rest));
    } else {
      for (X509Certificate each : TlsFiles.certificates(rest)) {
        if (each.getPublicKey() == null) {
          throw new IllegalStateException("a certificate without a key");
        }
      }
    }
  }

  private static void read(String pem) {
    PemKey.read(pem, PASSWORD)
        .filter(key -> key.getAlgorithm().isEmpty())
        .ifPresent(
            key -> {
              throw new IllegalStateException("a key of no algorithm");
            });
    if (PemKey.isEncrypted(pem) && PemKey.read(pem, null).isPresent()) {
      throw new IllegalStateException("an encrypted key was read without its password");
    }
  }
}
