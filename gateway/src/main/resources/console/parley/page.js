/**
 * What a browser tells a page about its life; in Node nothing of it exists, and nothing happens.
 *
 * @param {{wake: () => void, hide: () => void, show: () => void}} handlers
 * @returns {() => void} to listen no more
 */
export function onPage({ wake, hide, show }) {
  if (!globalThis.document) return () => {};
  const listening = new AbortController();
  const on = (target, name, handler) =>
    target.addEventListener(name, handler, { signal: listening.signal });
  on(globalThis, 'online', wake);
  on(document, 'visibilitychange', () => document.visibilityState === 'visible' && wake());
  on(globalThis, 'pagehide', hide);
  on(globalThis, 'pageshow', ({ persisted }) => persisted && show());
  return () => listening.abort();
}
