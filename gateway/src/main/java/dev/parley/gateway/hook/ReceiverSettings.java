package dev.parley.gateway.hook;

import dev.parley.gateway.config.MappingForm;
import dev.parley.gateway.config.Parser;
import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.config.Secrets;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The settings of one {@link HookReceiver}: its address and its keys. */
public final class ReceiverSettings {

  /** It may have a secret in its path, so it is not shown. */
  private static final Parser<URI> URL_PARSER =
      new Parser<>(
          Parsers.httpUrl().expectation(), true, MappingForm.NONE, Parsers.httpUrl().reading());

  private final String section;
  private final Setting<Optional<URI>> url;
  private final Setting<Optional<Secret>> secret;
  private final Setting<Optional<Secret>> secretFile;
  private final Setting<Optional<Secret>> lastSecret;
  private final Setting<Optional<Secret>> lastSecretFile;

  /**
   * The settings of this section.
   *
   * @param told what the receiver is told of, for people
   */
  public ReceiverSettings(String section, String told) {
    this.section = section;
    this.url =
        Setting.optional(
            section + ".url",
            URL_PARSER,
            "Address that is told by signed web hooks of " + told + "; never shown.");
    this.secret =
        key("secret", "Key that signs these hooks (Standard Webhooks); never shown.", false);
    this.secretFile =
        key("secret_file", "File with that key, in place of " + section + ".secret.", true);
    this.lastSecret =
        key(
            "last_secret",
            "Key that signed before, and signs too while the receiver changes; never shown.",
            false);
    this.lastSecretFile =
        key(
            "last_secret_file",
            "File with that key, in place of " + section + ".last_secret.",
            true);
  }

  private Setting<Optional<Secret>> key(String name, String meaning, boolean isFile) {
    return Setting.optional(
        section + "." + name, isFile ? Secrets.file(HookKey.PARSER) : HookKey.PARSER, meaning);
  }

  /** The receiver; empty when none is set, or when a problem was found. */
  public Optional<HookReceiver> read(Settings settings) {
    Optional<URI> address = settings.get(url);
    Optional<Secret> key = settings.either(secret, secretFile);
    Optional<Secret> last = settings.either(lastSecret, lastSecretFile);
    boolean isKeySet = settings.isSet(secret) || settings.isSet(secretFile);
    if (settings.isSet(url) != isKeySet) {
      settings.refuse(url, url.name() + " and " + secret.name() + ", both or none");
    }
    for (Setting<?> each : List.of(lastSecret, lastSecretFile)) {
      if (settings.isSet(each) && !isKeySet) {
        settings.refuse(each, secret.name() + " beside it");
      }
    }
    if (address.isEmpty() || key.isEmpty()) {
      return Optional.empty();
    }
    List<Secret> keys = new ArrayList<>(List.of(key.get()));
    last.ifPresent(keys::add);
    return Optional.of(new HookReceiver(address.get(), new HookKeys(keys)));
  }

  /** Refuses a key that signs something else too. */
  public void refuseSecret(Secret other, Settings settings) {
    for (Setting<Optional<Secret>> each : List.of(secret, secretFile, lastSecret, lastSecretFile)) {
      if (settings.get(each).filter(other::equals).isPresent()) {
        settings.refuse(each, "a secret of its own, not that of auth.jwt");
      }
    }
  }
}
