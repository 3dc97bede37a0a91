package dev.parley.gateway.http;

import dev.parley.gateway.codec.Fields;
import dev.parley.gateway.log.Audience;
import dev.parley.gateway.protocol.BroadcastId;
import dev.parley.gateway.protocol.Notice;
import dev.parley.gateway.protocol.Priority;
import dev.parley.gateway.protocol.Texts;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.protocol.WireName;
import dev.parley.gateway.user.inbox.BroadcastRequest;
import dev.parley.gateway.user.inbox.Broadcasts;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The body of a new broadcast (protocol, "Broadcasts"). Every refusal names the field. */
final class BroadcastForm {

  private static final List<String> AUDIENCES = List.of("all", "tiers", "users", "online");

  private final String tenant;
  private final Set<String> tiers;

  /** Reads broadcasts in this tenant, to these tiers. */
  BroadcastForm(String tenant, Set<String> tiers) {
    this.tenant = tenant;
    this.tiers = tiers;
  }

  BroadcastRequest read(byte[] body) {
    Fields fields = Fields.read(body, 0, body.length, "");
    fields.allowOnly(Set.of("audience", "notification", "ttl_seconds", "id"));
    return new BroadcastRequest(
        tenant,
        fields.optional("id", BroadcastId::new),
        audience(fields),
        notice(fields.object("notification")),
        fields.optionalInteger("ttl_seconds", 1, Broadcasts.MAX_TTL.toSeconds()));
  }

  private Audience audience(Fields fields) {
    Fields audience = fields.object("audience");
    audience.allowOnly(Set.copyOf(AUDIENCES));
    List<String> given = AUDIENCES.stream().filter(audience::has).toList();
    if (given.size() != 1) {
      throw fields.refuse(
          "audience",
          given.isEmpty() ? "{}" : String.join(" and ", given),
          "exactly one of all, tiers, users and online");
    }
    String kind = given.get(0);
    return switch (kind) {
      case "tiers" -> new Audience.Tiers(new TreeSet<>(audience.list(kind, this::tier)));
      case "users" -> new Audience.Users(new TreeSet<>(audience.list(kind, this::subject)));
      default -> {
        if (!audience.isTrue(kind)) {
          throw audience.refuse(kind, "false", "true");
        }
        yield kind.equals("all") ? new Audience.All() : new Audience.Online(new TreeSet<>());
      }
    };
  }

  private String tier(String name) {
    if (!tiers.contains(name)) {
      throw new IllegalArgumentException(
          Texts.expected("tier", name, "one of " + String.join(", ", new TreeSet<>(tiers))));
    }
    return name;
  }

  private String subject(String name) {
    return new UserId(tenant, name).subject();
  }

  private static Notice notice(Fields fields) {
    fields.allowOnly(Set.of("title", "body", "action_url", "priority"));
    return new Notice(
        fields.required("title", Notice::titled),
        fields.required("body", Notice::checkedBody),
        fields.optional("action_url", Notice::checkedUrl),
        priority(fields.optional("priority", BroadcastForm::parse)));
  }

  private static Priority parse(String name) {
    return WireName.parse("priority", Priority.values(), name);
  }

  private static Priority priority(@Nullable Priority given) {
    return given == null ? Priority.NORMAL : given;
  }
}
