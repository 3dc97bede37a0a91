/** The connections that take what is sent too slowly. */
import { $ } from '../page/dom.js';
import { note, noteInsteadOf, refusalWords, withQuery } from './panel.js';
import { makeTable } from './table.js';
import { bytes, count, time } from './units.js';

const PAGE = 500;
const MAX_PAGES = 20;
const SHOWN = 20;

/** The columns of connections, which the view of one user has too. */
export const connectionColumns = (disconnect, isOfOneUser) => [
  ...(isOfOneUser ? [{ name: 'Connection', text: ({ connection_id: id }) => id }]
    : [{ name: 'User', text: ({ user_id: user }) => user }, { name: 'Tenant', text: ({ tenant }) => tenant },
      { name: 'Tier', text: ({ tier }) => tier }]),
  { name: 'Waits for it', isNumber: true, text: ({ outbound_bytes: waiting }) => bytes(waiting), exact: ({ outbound_bytes: waiting }) => waiting },
  { name: 'Takes data', text: ({ behind }) => (behind ? 'no' : 'yes'), tone: ({ behind }) => (behind ? 'bad' : null) },
  { name: 'Address', text: ({ address, transport }) => `${address ?? '–'} (${transport})` },
  { name: 'Since', text: ({ since }) => time(since) },
  { name: 'Last frame', text: ({ last_received: last }) => time(last) },
  { name: 'Reads', isNumber: true, text: ({ subscriptions }) => count(subscriptions) },
  { name: 'Frames in', isNumber: true, text: ({ frames_received: frames }) => count(frames) },
  { name: 'Frames out', isNumber: true, text: ({ frames_sent: frames }) => count(frames) },
  { name: '', action: 'Disconnect', run: disconnect, label: ({ user_id: user }) => `Disconnect ${user}` },
];

export function makeReaders(http, disconnect) {
  const draw = makeTable($('readers-table'), connectionColumns(disconnect, false),
    ({ connection_id: id }) => id, 'No connection has anything waiting.');
  return {
    everyMs: 10_000,
    async poll(live) {
      try {
        const isAnySlow = !live.now || live.now.sum('parley_outbound_bytes') > 0;
        const { slow, total, isWhole } = isAnySlow ? await scan(http) : { slow: [], total: 0, isWhole: true };
        noteInsteadOf('readers-table', 'readers-note');
        draw(slow.slice(0, SHOWN));
        const shown = slow.length > SHOWN ? `The ${SHOWN} of ${count(slow.length)} with the most bytes. ` : '';
        note('readers-note', shown + (isWhole ? '' : `Looked at ${count(total)} connections only.`));
        return undefined;
      } catch (error) {
        noteInsteadOf('readers-table', 'readers-note', refusalWords(error, 'admin or operator'));
        return error.status;
      }
    },
  };
}

/** Reads the list a page at a time and keeps those that something waits for. */
async function scan(http) {
  const slow = [];
  let total = 0;
  let after;
  for (let page = 0; page < MAX_PAGES; page++) {
    const { connections, next } = await http.call('GET', withQuery('v1/connections', { limit: PAGE, after }));
    total += connections.length;
    slow.push(...connections.filter(({ behind, outbound_bytes: waiting }) => behind || waiting > 0));
    if (!next) return { slow: slow.sort(slowestFirst), total, isWhole: true };
    after = next;
  }
  return { slow: slow.sort(slowestFirst), total, isWhole: false };
}

const slowestFirst = (one, other) =>
  Number(other.behind) - Number(one.behind) || other.outbound_bytes - one.outbound_bytes;
