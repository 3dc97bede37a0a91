/** Sends broadcasts, and follows the receipts of those that this tab has sent or was asked to follow. */
import { randomId } from '../parley.js';
import { $ } from '../page/dom.js';
import { announce, confirmed, note, refusalWords } from './panel.js';
import { makeTable } from './table.js';
import { count, time } from './units.js';

const STORED = 'parley.broadcasts';
const MAX_FOLLOWED = 20;

const counts = (name, key) => ({ name, isNumber: true, text: (row) => count(row[key]), exact: (row) => row[key] });

export function makeBroadcasts(http) {
  let followed = JSON.parse(sessionStorage.getItem(STORED) ?? '[]');
  let receipts = new Map();
  let draft = randomId();
  const drawTable = makeTable($('broadcasts-table'), [
    { name: 'Broadcast', text: ({ broadcast_id: id }) => id },
    { name: 'State', text: ({ state }) => state, tone: ({ state }) => (state === 'open' ? 'good' : null) },
    { name: 'Title', isLong: true, text: ({ notification }) => notification?.title ?? '' },
    { name: 'For', isLong: true, text: ({ audience }) => audienceWords(audience) },
    { name: 'Sent', text: ({ created_at: at }) => time(at) },
    counts('Addressed', 'addressed'), counts('Delivered', 'delivered'), counts('Acknowledged', 'acknowledged'),
    counts('Waiting', 'waiting'), counts('Expired', 'expired'),
    { name: '', action: 'Cancel', run: cancel, isFor: ({ state }) => state === 'open', label: ({ broadcast_id: id }) => `Cancel ${id}` },
  ], ({ broadcast_id: id }) => id, 'This tab follows no broadcast yet: send one, or name one.');
  const form = $('broadcast-form');
  $('audience').addEventListener('change', drawNames);
  form.addEventListener('submit', send);
  form.addEventListener('input', () => { draft = randomId(); });
  $('follow-form').addEventListener('submit', follow);
  draw();
  drawNames();

  return {
    everyMs: 4_000,
    /** Only the receipts of broadcasts that are open change. */
    async poll() {
      for (const id of followed) {
        if (receipts.get(id)?.state && receipts.get(id).state !== 'open') continue;
        try {
          receipts.set(id, await http.call('GET', `v1/broadcasts/${encodeURIComponent(id)}`));
          note('broadcasts-note', '');
        } catch (error) {
          const words = refusalWords(error, 'admin');
          if (error.status === 404) receipts.set(id, { broadcast_id: id, state: 'not kept any more' });
          else note('broadcasts-note', words);
        }
        draw();
      }
    },
    /** Nothing of this operator is left for the next one. */
    forget() {
      sessionStorage.removeItem(STORED);
    },
    /** @param {string[] | null} scopes null if they are not known */
    drawScopes(scopes) {
      const isAllowed = !scopes || scopes.includes('admin');
      $('broadcasts-parts').hidden = !isAllowed;
      note('broadcasts-note', isAllowed ? '' : 'Needs a token with the scope admin.');
    },
  };

  function draw() {
    drawTable(followed.map((id) => receipts.get(id) ?? { broadcast_id: id, state: '…' }));
  }

  function drawNames() {
    const isNamed = ['tiers', 'users'].includes($('audience').value);
    $('names-field').hidden = !isNamed;
    $('names').required = isNamed;
  }

  function remember(id) {
    followed = [id, ...followed.filter((each) => each !== id)].slice(0, MAX_FOLLOWED);
    sessionStorage.setItem(STORED, JSON.stringify(followed));
    draw();
  }

  /** The same id until something is changed: a call that got no answer can be repeated. */
  async function send(event) {
    event.preventDefault();
    const button = form.querySelector('[type=submit]');
    button.disabled = true;
    try {
      const { broadcast_id: id } = await http.call('POST', 'v1/broadcasts', {
        id: draft, audience: audience(), ttl_seconds: Number($('ttl').value),
        notification: { title: $('broadcast-title').value, body: $('broadcast-body').value, priority: $('priority').value },
      });
      result(`Sent as ${id}.`);
      form.reset();
      draft = randomId();
      drawNames();
      remember(id);
      receipts.set(id, await http.call('GET', `v1/broadcasts/${encodeURIComponent(id)}`));
      draw();
    } catch (error) {
      result(error.status === 403 ? 'Needs a token with the scope admin.' : error.message, 'bad');
    }
    button.disabled = false;
  }

  function audience() {
    const kind = $('audience').value;
    if (kind === 'all' || kind === 'online') return { [kind]: true };
    return { [kind]: $('names').value.split(',').map((name) => name.trim()).filter(Boolean) };
  }

  async function follow(event) {
    event.preventDefault();
    const id = $('follow').value.trim();
    receipts.delete(id);
    remember(id);
    $('follow-form').reset();
    try {
      receipts.set(id, await http.call('GET', `v1/broadcasts/${encodeURIComponent(id)}`));
    } catch (error) {
      receipts.set(id, { broadcast_id: id, state: error.status === 404 ? 'not found' : error.message });
    }
    draw();
  }

  async function cancel({ broadcast_id: id, notification }) {
    if (!await confirmed('Cancel this broadcast?', `“${notification?.title}”: nobody else gets it. It stays in inboxes.`, 'Cancel it')) return;
    try {
      receipts.set(id, await http.call('DELETE', `v1/broadcasts/${encodeURIComponent(id)}`));
      announce(`${id} is cancelled.`);
    } catch (error) {
      note('broadcasts-note', error.message);
    }
    draw();
  }

  function result(words, tone = 'good') {
    $('broadcast-result').textContent = words;
    $('broadcast-result').dataset.tone = tone;
  }
}

function audienceWords(audience = {}) {
  if (audience.all) return 'everybody';
  if (audience.online) return 'who was online';
  if (audience.tiers) return `tiers ${audience.tiers.join(', ')}`;
  return audience.users ? `${count(audience.users.length)} named` : '–';
}
