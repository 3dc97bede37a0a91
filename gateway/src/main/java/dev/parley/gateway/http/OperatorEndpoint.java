package dev.parley.gateway.http;

import dev.parley.gateway.contract.Call;
import java.util.List;

/**
 * An endpoint for operators and administrators, whose callers {@link OperatorAccess} lets in: so
 * whoever is refused is on record. It is served on the listener of operators, if there is one.
 */
abstract class OperatorEndpoint implements Endpoint {

  /** Lets callers in, and records what they do. */
  final OperatorAccess access;

  private final String path;
  private final Side side;
  private final List<Call> calls;

  OperatorEndpoint(String path, OperatorAccess access, Call... calls) {
    this(path, Side.OPERATORS, access, calls);
  }

  OperatorEndpoint(String path, Side side, OperatorAccess access, Call... calls) {
    this.path = path;
    this.side = side;
    this.access = access;
    this.calls = List.of(calls);
  }

  @Override
  public final String path() {
    return path;
  }

  @Override
  public final Side side() {
    return side;
  }

  @Override
  public final List<Call> calls() {
    return calls;
  }
}
