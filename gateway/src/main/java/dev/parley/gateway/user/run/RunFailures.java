package dev.parley.gateway.user.run;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.UserId;

/** Is told of each run that fails. Called at the user's home; must not block. */
@FunctionalInterface
public interface RunFailures {

  void failed(UserId user, RunId run, ErrorCode code);
}
