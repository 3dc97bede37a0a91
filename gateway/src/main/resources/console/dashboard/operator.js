/** The operator's token: pasted, or bought with the key of development mode. Kept in this tab alone. */
import { exchange, takeKey } from '../page/key.js';

const STORED = 'parley.operator';

let key = takeKey();

/** An empty text if there is none. */
export const operatorToken = () => sessionStorage.getItem(STORED) ?? '';

export function storeToken(token) {
  sessionStorage.setItem(STORED, token);
}

export function forgetToken() {
  sessionStorage.removeItem(STORED);
}

/** Exchanges the key of the address, if there is one. A key that is refused is dropped. */
export async function buyToken() {
  if (!key) return;
  const answer = await exchange(key);
  if (answer.ok) storeToken((await answer.json()).token);
  if (answer.ok || answer.status < 500) key = '';
}
