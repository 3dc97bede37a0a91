package dev.parley.gateway.protocol;

/**
 * The form of an id: a prefix, then ASCII letters, digits and some signs. Without a regular
 * expression, because ids are read with every event that is merged.
 *
 * @param max the maximum number of characters after the prefix
 */
record IdForm(String prefix, int max, String signs) {

  boolean matches(String value) {
    int length = value.length();
    if (length <= prefix.length() || length > prefix.length() + max || !value.startsWith(prefix)) {
      return false;
    }
    for (int i = prefix.length(); i < length; i++) {
      char c = value.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && !(c >= '0' && c <= '9') && signs.indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }
}
