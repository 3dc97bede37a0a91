package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.Revocation;
import dev.parley.gateway.log.RevocationKey;
import java.time.Instant;
import java.util.Optional;

/** The values of revocations. What is revoked is in the key. */
final class RevocationValues {

  private RevocationValues() {}

  static byte[] encode(Revocation revocation) {
    ValueWriter out =
        new ValueWriter(RecordKind.REVOCATION)
            .putCount(revocation.revokedAt().getEpochSecond())
            .putCount(revocation.keptUntil().getEpochSecond())
            .putByte(revocation.issuedBefore().isPresent() ? 1 : 0);
    revocation.issuedBefore().ifPresent(time -> out.putCount(time.getEpochSecond()));
    return out.toBytes();
  }

  static Revocation revocation(RevocationKey key, byte[] value) {
    return ValueReader.read(
        RecordKind.REVOCATION,
        value,
        in -> {
          Instant revokedAt = Instant.ofEpochSecond(in.getCount());
          Instant keptUntil = Instant.ofEpochSecond(in.getCount());
          return new Revocation(
              key,
              revokedAt,
              in.getFlag() ? Optional.of(Instant.ofEpochSecond(in.getCount())) : Optional.empty(),
              keptUntil);
        });
  }
}
