package dev.parley.gateway.codec;

import com.fasterxml.jackson.core.JsonParser;
import dev.parley.gateway.protocol.RawJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * What a run was asked, as the log keeps it while the run is open ({@code SavedRun.request}).
 *
 * @param input what its agent gets; byte for byte what was sent
 */
public record SavedRequest(RawJson input, @Nullable RawJson context, @Nullable String traceparent) {

  private static final String INPUT = "input";
  private static final String CONTEXT = "context";
  private static final String TRACEPARENT = "traceparent";

  /** The request as JSON. */
  public RawJson toJson() {
    return RawJson.checked(
        JsonOut.object(
            out -> {
              out.raw(INPUT, input);
              out.raw(CONTEXT, context);
              out.text(TRACEPARENT, traceparent);
            }));
  }

  /**
   * Reads back what {@link #toJson} wrote.
   *
   * @throws UncheckedIOException when it is no JSON
   * @throws IllegalArgumentException when a field is missing or has another form
   */
  public static SavedRequest read(RawJson json) {
    try (JsonParser parser = JsonForm.LENIENT.createParser(json.bytes())) {
      parser.nextToken();
      EventReader in = new EventReader(json.bytes(), parser);
      return new SavedRequest(in.raw(INPUT), in.optionalRaw(CONTEXT), in.optionalText(TRACEPARENT));
    } catch (IOException e) {
      throw new UncheckedIOException("saved request: broken JSON (expected: what was stored)", e);
    }
  }
}
