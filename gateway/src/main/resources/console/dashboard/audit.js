/** Who did what to whom, the newest first. */
import { $ } from '../page/dom.js';
import { note, noteInsteadOf, refusalWords, withQuery } from './panel.js';
import { makeTable } from './table.js';
import { time } from './units.js';

const PAGE = 50;

export function makeAudit(http) {
  let older = [];
  let next;
  let newest = [];
  const drawTable = makeTable($('audit-table'), [
    { name: 'At', text: ({ at }) => time(at) },
    { name: 'By', isLong: true, text: ({ actor }) => actorWords(actor) },
    { name: 'Action', text: ({ action }) => action },
    { name: 'Tenant', text: ({ tenant }) => tenant ?? '–' },
    { name: 'User', isLong: true, text: ({ user_id: user }) => user ?? '–' },
    { name: 'Target', isLong: true, text: ({ target }) => target ?? '–' },
    { name: 'Reason', isLong: true, text: ({ reason }) => reason ?? '–' },
    { name: 'Outcome', text: ({ outcome }) => outcome ?? '–', tone: ({ outcome }) => (outcome === 'ok' || outcome === 'done' ? null : 'busy') },
  ], () => null, 'No call of an operator is in the log.');
  $('audit-older').addEventListener('click', showOlder);

  function draw() {
    drawTable([...newest, ...older]);
    $('audit-older').hidden = !next;
  }

  async function showOlder() {
    try {
      const page = await http.call('GET', withQuery('v1/audit', { limit: PAGE, after: next }));
      older.push(...page.entries);
      next = page.next;
      draw();
    } catch (error) {
      note('audit-note', error.message);
    }
  }

  return {
    everyMs: 10_000,
    /** The first page, unless older ones are shown: then the list stays as it is. */
    async poll() {
      if (older.length) return undefined;
      try {
        ({ entries: newest, next } = await http.call('GET', withQuery('v1/audit', { limit: PAGE })));
        noteInsteadOf('audit-table', 'audit-note');
        draw();
      } catch (error) {
        noteInsteadOf('audit-table', 'audit-note', refusalWords(error, 'admin or operator'));
        return error.status;
      }
      return undefined;
    },
  };
}

const actorWords = (actor) => (actor ? `${actor.user_id} (${actor.tenant})` : '–');
