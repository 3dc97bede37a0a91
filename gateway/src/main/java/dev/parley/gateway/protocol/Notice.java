package dev.parley.gateway.protocol;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * What a notification says. No text has a half of a surrogate pair.
 *
 * @param title 1 to 200 characters without control characters
 * @param body 1 to 4,000 characters (UTF-16 units)
 * @param actionUrl where the person may go: an {@code https} address or a path
 */
public record Notice(String title, String body, @Nullable String actionUrl, Priority priority) {

  private static final int MAX_BODY = 4_000;
  private static final int MAX_URL = 2_000;

  /**
   * Checks the texts.
   *
   * @throws IllegalArgumentException naming the field and what was expected
   */
  public Notice {
    title = titled(title);
    body = checkedBody(body);
    actionUrl = actionUrl == null ? null : checkedUrl(actionUrl);
  }

  /** The title without white space at its ends, checked as that of the record. */
  public static String titled(String title) {
    return Title.trimmed(title).value();
  }

  /** The body, checked as that of the record. */
  public static String checkedBody(String body) {
    if (!Texts.isWhole(body)) {
      throw new IllegalArgumentException(
          Texts.expected("body", body, "no half of a surrogate pair"));
    }
    if (body.isBlank() || body.length() > MAX_BODY) {
      throw new IllegalArgumentException(
          Texts.expected("body", body, "1 to 4000 characters, not all of them white space"));
    }
    return body;
  }

  /** The address, checked as that of the record. */
  public static String checkedUrl(String url) {
    if (!isAllowed(url)) {
      throw new IllegalArgumentException(
          Texts.expected(
              "action_url", url, "an https address or a path that begins with one /, encoded"));
    }
    return url;
  }

  private static boolean isAllowed(String url) {
    if (url.length() > MAX_URL || !Texts.isWhole(url)) {
      return false;
    }
    try {
      URI uri = new URI(url);
      boolean isPath = url.startsWith("/") && !url.startsWith("//");
      boolean isHttps = "https".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null;
      return isPath || isHttps;
    } catch (URISyntaxException malformed) {
      return false;
    }
  }
}
