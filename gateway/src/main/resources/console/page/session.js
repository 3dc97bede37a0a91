/**
 * Who this page speaks for. In development mode the gateway prints this page's address with a key
 * of that start after `#`; the key buys a token of 12 hours, which outlives the gateway's restarts.
 */
const STORED = 'parley.token';

let key = takeKey();
let bought = false;

/** Takes the key out of the address, so that it is neither bookmarked nor shared. */
function takeKey() {
  const found = location.hash.slice(1);
  if (found) history.replaceState(null, '', location.pathname + location.search);
  return found;
}

/**
 * A token that should be good now, and for longer than the one that is expiring; or nothing: then
 * the page has to be opened with a key.
 */
export async function token({ isExpiring = false } = {}) {
  if (key && (isExpiring || !(bought && storedToken()))) await exchangeKey();
  return storedToken();
}

/** To be called when the gateway refused the token. */
export function forgetToken() {
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

/** A key of another start buys nothing: it is dropped, and a token from before still serves. */
async function exchangeKey() {
  const answer = await fetch('/dev/token', {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: '{}',
  });
  if (answer.ok) {
    localStorage.setItem(STORED, JSON.stringify(await answer.json()));
    bought = true;
  } else if (answer.status < 500) {
    key = '';
  }
}
