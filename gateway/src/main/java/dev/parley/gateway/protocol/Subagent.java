package dev.parley.gateway.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * One invocation of an agent by another agent, in the same run (protocol, "Sub-agents").
 *
 * @param id 1 to {@value #MAX_ID} of {@code A-Z a-z 0-9 _ . : -}; two invocations have two
 * @param name for people: 1 to {@value #MAX_NAME} characters (code points), no control characters
 * @param parent the id of the sub-agent that invoked it; absent if the agent of the run did
 */
public record Subagent(String id, String name, @Nullable String parent) {

  public static final int MAX_ID = 128;
  public static final int MAX_NAME = 64;

  private static final String ID = "id";
  private static final String NAME = "name";
  private static final String PARENT = "parent";
  private static final IdForm FORM = new IdForm("", MAX_ID, "_.:-");
  private static final int HASH_CHARACTERS = 22;

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException when it is another one
   */
  public Subagent {
    checkId(ID, id);
    checkName(name);
    if (parent != null) {
      checkId(PARENT, parent);
    }
  }

  /** A sub-agent of the agent of the run. */
  public Subagent(String id, String name) {
    this(id, name, null);
  }

  /**
   * The sub-agent that a service means. An id of another form is replaced by its hash; the name is
   * cleaned and cut, and is the id where it is empty.
   *
   * @param parent empty for none
   */
  public static Subagent of(String id, String name, String parent) {
    String known = idOf(id);
    String shown = Texts.line(name, MAX_NAME);
    return new Subagent(
        known,
        shown.isEmpty() ? Texts.line(known, MAX_NAME) : shown,
        parent.isEmpty() || parent.equals(id) ? null : idOf(parent));
  }

  private static String idOf(String given) {
    if (FORM.matches(given)) {
      return given;
    }
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(given.getBytes(UTF_8));
      return Base64.getUrlEncoder().encodeToString(hash).substring(0, HASH_CHARACTERS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: every Java has it", e);
    }
  }

  /**
   * The id.
   *
   * @throws IllegalArgumentException when it has another form; names the field
   */
  public static String checkId(String field, String id) {
    if (!FORM.matches(id)) {
      throw new IllegalArgumentException(
          Texts.expected(field, id, "1 to " + MAX_ID + " of A-Z a-z 0-9 _ . : -"));
    }
    return id;
  }

  /**
   * The name.
   *
   * @throws IllegalArgumentException when it has another form
   */
  public static String checkName(String name) {
    int length = name.codePointCount(0, name.length());
    if (length < 1 || length > MAX_NAME || !name.equals(Texts.line(name, MAX_NAME))) {
      throw new IllegalArgumentException(
          Texts.expected(NAME, name, "1 to " + MAX_NAME + " characters, no control characters"));
    }
    return name;
  }

  /** Reads what {@link #write} wrote. */
  public static Subagent read(FieldReader in) throws IOException {
    return new Subagent(in.text(ID), in.text(NAME), in.optionalText(PARENT));
  }

  /** Writes its fields. */
  public void write(FieldWriter out) throws IOException {
    out.text(ID, id);
    out.text(NAME, name);
    out.text(PARENT, parent);
  }
}
