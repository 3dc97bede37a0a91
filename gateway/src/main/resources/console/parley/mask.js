/** Tokens stay out of what looks on: `frame` listeners, errors, and so inspectors and logs. */

const MASK = '•••';

/** A frame with a token in its payload (`authenticate`, `refresh_token`) as one without it. */
export function masked(frame) {
  return typeof frame.payload?.token === 'string'
    ? { ...frame, payload: { ...frame.payload, token: MASK } }
    : frame;
}

/** Words of a platform, which may quote what they did not like, such as a subprotocol. */
export function withoutToken(words, token) {
  return token ? String(words).replaceAll(token, MASK) : String(words);
}
