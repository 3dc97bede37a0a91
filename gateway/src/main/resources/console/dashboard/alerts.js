/** The alerts that fire and those that have fired lately. */
import { $ } from '../page/dom.js';
import { noteInsteadOf, refusalWords } from './panel.js';
import { makeTable } from './table.js';
import { lasted, time } from './units.js';

const number = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });

export function makeAlerts(http, drawFiring) {
  const draw = makeTable($('alerts-table'), [
    { name: 'Alert', text: ({ alert }) => alert },
    { name: 'State', text: ({ cleared_at: cleared }) => (cleared ? 'cleared' : 'fires'), tone: ({ cleared_at: cleared }) => (cleared ? null : 'bad') },
    { name: 'Fired', text: ({ fired_at: fired }) => time(fired) },
    { name: 'Cleared', text: ({ cleared_at: cleared }) => time(cleared) },
    { name: 'Lasted', isNumber: true, text: ({ fired_at: fired, cleared_at: cleared }) =>
      lasted(((cleared ? new Date(cleared) : new Date()) - new Date(fired)) / 1000) },
    { name: 'Value', isNumber: true, text: ({ value }) => number.format(value) },
    { name: 'Limit', isNumber: true, text: ({ limit }) => number.format(limit) },
    { name: 'What', isLong: true, text: ({ message }) => message },
  ], ({ alert, fired_at: fired }) => `${alert} ${fired}`, 'No alert has fired since the start.');
  let isKnown = false;
  return {
    everyMs: 4_000,
    /** Whether the gateway has this call; else `/metrics` tells which alerts fire. */
    get isKnown() {
      return isKnown;
    },
    async poll() {
      try {
        const { firing, recent } = await http.call('GET', 'v1/alerts');
        isKnown = true;
        drawFiring(firing);
        const others = recent.filter(({ alert, fired_at: at }) =>
          !firing.some((each) => each.alert === alert && each.fired_at === at));
        draw([...firing, ...others]);
        noteInsteadOf('alerts-table', 'alerts-note');
        return undefined;
      } catch (error) {
        isKnown = false;
        noteInsteadOf('alerts-table', 'alerts-note', refusalWords(error, 'operator'));
        return error.status;
      }
    },
  };
}
