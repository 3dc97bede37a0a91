package dev.parley.gateway.auth;

import static java.math.BigInteger.ONE;
import static java.math.BigInteger.TWO;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import java.math.BigInteger;
import java.security.interfaces.RSAPublicKey;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Which keys of RSA are strong enough, and whose signatures take bounded time. */
@Test(groups = "unit")
public class PublicKeyAlgorithmTest {

  private static final BigInteger E = BigInteger.valueOf(65_537);
  private static final BigInteger THREE = BigInteger.valueOf(3);

  /** The numbers alone: the readers of Java refuse some of them before. */
  private record Numbers(BigInteger n, BigInteger e) implements RSAPublicKey {

    @Override
    public BigInteger getModulus() {
      return n;
    }

    @Override
    public BigInteger getPublicExponent() {
      return e;
    }

    @Override
    public String getAlgorithm() {
      return "RSA";
    }

    @Override
    public String getFormat() {
      return "X.509";
    }

    @Override
    public byte[] getEncoded() {
      return new byte[0];
    }
  }

  /** The least number of so many bits that is odd, and the greatest. */
  private static BigInteger least(int bits) {
    return TWO.pow(bits - 1).add(ONE);
  }

  private static BigInteger greatest(int bits) {
    return TWO.pow(bits).subtract(ONE);
  }

  @DataProvider
  public Object[][] numbers() {
    return new Object[][] {
      {least(2048), E, true},
      {greatest(2047), E, false},
      {greatest(8192), E, true},
      {least(8193), E, false},
      {least(2048).add(ONE), E, false},
      {least(2048), ONE, false},
      {least(2048), TWO, false},
      {least(2048), THREE, true},
      {least(2048), greatest(64), true},
      {least(2048), least(65), false},
      {least(2048), E.add(ONE), false},
    };
  }

  @Test(dataProvider = "numbers")
  public void modulusAndExponentAreOddAndOfSoManyBits(BigInteger n, BigInteger e, boolean isUsed) {
    assertThat(PublicKeyAlgorithm.isUsable(new Numbers(n, e))).isEqualTo(isUsed);
  }

  public void aCheckOfAnotherAlgorithmThanThatOfItsKeyRefuses() {
    RSASSAVerifier verifier = new RSASSAVerifier((RSAPublicKey) KeyForge.RSA.getPublic());
    String token = KeyForge.signed(PublicKeyAlgorithm.RS256, "{}");
    assertThat(new JwsCheck(verifier, new JWSHeader(JWSAlgorithm.RS256)).isSignatureOf(token))
        .isTrue();
    assertThat(new JwsCheck(verifier, new JWSHeader(JWSAlgorithm.ES256)).isSignatureOf(token))
        .isFalse();
  }

  public void aCheckShowsNoKey() {
    SignatureCheck check = PublicKeyAlgorithm.RS256.with(KeyForge.RSA.getPublic()).orElseThrow();
    assertThat(check).hasToString("JwsCheck[RS256]");
  }
}
