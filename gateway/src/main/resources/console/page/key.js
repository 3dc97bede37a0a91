/** The key of development mode, which the gateway prints in the address of a page, after `#`. */

/**
 * The key; it is removed from the address, so that it is not bookmarked or shared. A hash may also
 * name an element of the page.
 */
export function takeKey() {
  const found = location.hash.slice(1);
  if (document.getElementById(found)) return '';
  if (found) history.replaceState(null, '', location.pathname + location.search);
  return found;
}

/** Asks for a token of 12 hours. @returns {Promise<Response>} */
export const exchange = (key) => fetch('dev/token', {
  method: 'POST',
  headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  body: '{}',
});
