package dev.parley.gateway.http;

import dev.parley.gateway.audit.Audit;
import dev.parley.gateway.audit.OperatorAction;
import dev.parley.gateway.contract.Call;
import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.HttpStatus;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.Texts;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code POST /v1/backup}: copies the store while it runs. Needs the scope {@code operator}. */
public final class BackupEndpoint extends OperatorEndpoint {

  private static final Call CALL =
      Call.post("backUp", "Copies the store while it runs.")
          .needs(Scope.OPERATOR)
          .takes("Where to.", "http", "backup")
          .answers(201, "The copy is complete.", "http", "backup")
          .refusesAs(HttpStatus.CONFLICT, ErrorCode.INVALID_ARGUMENT);

  private static final Logger LOG = LoggerFactory.getLogger(BackupEndpoint.class);
  private static final Pattern FOLDER = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}");
  private static final String EXPECTED =
      "1 to 64 of A-Z a-z 0-9 _ . - that do not begin with a dot: the name of a new folder";

  private final Function<String, CompletionStage<Optional<Path>>> store;

  /**
   * Copies the store to a folder of the given name.
   *
   * @param store copies the store; completes with the new folder, or with nothing when a folder of
   *     this name exists
   */
  public BackupEndpoint(
      OperatorAccess access, Function<String, CompletionStage<Optional<Path>>> store) {
    super("/v1/backup", access, CALL);
    this.store = store;
  }

  @Override
  public void checkHead(Request head) {
    var ignored = access.require(head, OperatorAction.BACK_UP, Scope.OPERATOR);
  }

  @Override
  public CompletionStage<Response> answer(Request request) {
    Principal operator = access.require(request, OperatorAction.BACK_UP, Scope.OPERATOR);
    var ignored = request.query(CALL);
    String folder =
        folder(JsonBody.read(request.http().content(), List.of("folder"), "{\"folder\"}"));
    Audit audit = access.audit();
    AuditEntry begun =
        audit.begun(
            operator, OperatorAction.BACK_UP, Audit.Matter.of(operator.user().tenant(), folder));
    return audit
        .around(
            begun, () -> store.apply(folder), made -> made.isPresent() ? AuditEntry.DONE : "exists")
        .thenApply(made -> made.map(path -> made(folder, path)).orElseGet(() -> exists(folder)));
  }

  private static String folder(JsonBody body) {
    String folder = body.text("folder").orElse("");
    if (!FOLDER.matcher(folder).matches()) {
      throw JsonBody.refused("/folder", Texts.expected("folder", folder, EXPECTED));
    }
    return folder;
  }

  /** The name contains no character that JSON must escape. */
  private static Response made(String folder, Path path) {
    LOG.info("backup {} is complete", path);
    return Response.json(201, "{\"folder\":\"%s\"}".formatted(folder));
  }

  private static Response exists(String folder) {
    String detail = Texts.expected("folder", folder, "the name of a new folder; this one exists");
    Refusal refusal = Refusal.at(ErrorCode.INVALID_ARGUMENT, "/folder", detail);
    return Response.of(refusal.as(HttpStatus.CONFLICT));
  }
}
