package dev.parley.gateway;

import dev.parley.gateway.http.EndpointIndex;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.route.Route;
import dev.parley.gateway.user.read.Subscriber;
import java.util.function.Consumer;

/**
 * What the gateway serves: from the start the state of the process, and everything once the store
 * is open. The table is replaced as a whole, by one write. Callable from any thread.
 */
final class RouteTable implements Route.Opener {

  private record Table(
      EndpointIndex users,
      EndpointIndex operators,
      Route.Opener connections,
      Consumer<Principal> callers) {

    Table(Endpoints.Served served, Route.Opener connections, Consumer<Principal> callers) {
      this(
          new EndpointIndex(served.users()),
          new EndpointIndex(served.operators()),
          connections,
          callers);
    }
  }

  private volatile Table table;

  /** Begins with these endpoints, and without connections. */
  RouteTable(Endpoints.Served endpoints) {
    table = new Table(endpoints, RouteTable::refuse, caller -> {});
  }

  /**
   * Serves these endpoints and connections in place of the present ones.
   *
   * @param callers told of the token of each call over HTTP, on any thread
   */
  void replace(Endpoints.Served endpoints, Route.Opener connections, Consumer<Principal> callers) {
    table = new Table(endpoints, connections, callers);
  }

  /** A call over HTTP has come with this valid token. */
  void called(Principal caller) {
    table.callers().accept(caller);
  }

  /** The endpoints that users are served now. */
  EndpointIndex paths() {
    return table.users();
  }

  /** Those that operators are served now, on their own listener. */
  EndpointIndex operatorPaths() {
    return table.operators();
  }

  /**
   * Opens the route of a connection. Called when the gateway is ready: handshakes wait for that.
   */
  @Override
  public Route open(Principal principal, Subscriber subscriber) {
    return table.connections().open(principal, subscriber);
  }

  private static Route refuse(Principal principal, Subscriber subscriber) {
    throw new IllegalStateException("connection: opened too early (expected: when ready)");
  }
}
