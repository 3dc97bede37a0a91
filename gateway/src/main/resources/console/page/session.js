/**
 * The token of this page. In development mode the gateway prints the page's address with a key after
 * `#`. The page exchanges the key for a token of 12 hours, which stays valid after a restart.
 */
import { exchange, takeKey } from './key.js';

const STORED = 'parley.token';

let key = takeKey();
let bought = false;
/** The token of this tab; another tab may have stored a newer one. */
let given = null;

/**
 * A token that should be valid now, for longer than the expiring one. Without a result the page must
 * be opened with a key.
 */
export async function token({ isExpiring = false } = {}) {
  if (key && (isExpiring || !(bought && storedToken()))) await exchangeKey();
  given = storedToken();
  return given;
}

/** Called when the gateway has refused the token. */
export function forgetToken() {
  if (storedToken() !== given) return;
  bought = false;
  localStorage.removeItem(STORED);
}

function storedToken() {
  try {
    const stored = JSON.parse(localStorage.getItem(STORED));
    return new Date(stored.expires_at) > new Date() ? stored.token : null;
  } catch {
    return null;
  }
}

/** A key of an earlier start is refused: it is dropped, and an older token is still used. */
async function exchangeKey() {
  const answer = await exchange(key);
  if (answer.ok) {
    localStorage.setItem(STORED, JSON.stringify(await answer.json()));
    bought = true;
  } else if (answer.status < 500) {
    key = '';
  }
}
