package dev.parley.gateway.tls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/**
 * A certificate and its key.
 *
 * @param chain the certificate, then those of its issuers
 */
public record TlsIdentity(PrivateKey key, List<X509Certificate> chain) {

  public TlsIdentity {
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("chain: empty (expected: at least one certificate)");
    }
  }

  /** The certificate of the gateway itself. */
  public X509Certificate certificate() {
    return chain.get(0);
  }

  /** The SHA-256 hash of the certificate, in hexadecimal digits. */
  public String fingerprint() {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate().getEncoded());
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException | CertificateEncodingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Until when the first of all certificates of the chain is valid. */
  public Instant expiry() {
    return chain.stream().map(each -> each.getNotAfter().toInstant()).sorted().toList().get(0);
  }

  /** Since when all are. */
  public Instant validFrom() {
    List<Instant> starts =
        chain.stream().map(each -> each.getNotBefore().toInstant()).sorted().toList();
    return starts.get(starts.size() - 1);
  }

  /** Whether the certificate is valid at this time. */
  public boolean isValidAt(Instant time) {
    return !time.isBefore(validFrom()) && time.isBefore(expiry());
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "certificate " + fingerprint();
  }
}
