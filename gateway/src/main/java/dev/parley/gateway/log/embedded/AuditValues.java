package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.protocol.UserId;
import org.jspecify.annotations.Nullable;

/** The values of the audit log. An absent text is stored as an empty one. */
final class AuditValues {

  private AuditValues() {}

  static byte[] encode(AuditEntry entry) {
    ValueWriter out =
        new ValueWriter(RecordKind.AUDIT)
            .putCount(entry.atMillis())
            .putText(entry.actor().tenant())
            .putText(entry.actor().subject());
    put(entry.token(), out);
    out.putText(entry.action()).putText(entry.tenant());
    put(entry.subject(), out);
    put(entry.target(), out);
    put(entry.reason(), out);
    return out.putText(entry.outcome()).toBytes();
  }

  private static void put(@Nullable String text, ValueWriter out) {
    out.putText(text == null ? "" : text);
  }

  static AuditEntry entry(long number, byte[] value) {
    return ValueReader.read(
        RecordKind.AUDIT,
        value,
        in ->
            new AuditEntry(
                number,
                in.getCount(),
                new UserId(in.getText(), in.getText()),
                optional(in),
                in.getText(),
                in.getText(),
                optional(in),
                optional(in),
                optional(in),
                in.getText()));
  }

  private static @Nullable String optional(ValueReader in) {
    String text = in.getText();
    return text.isEmpty() ? null : text;
  }
}
