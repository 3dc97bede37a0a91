/** The history that the gateway keeps, for the plots. */
import { $, setText } from '../page/dom.js';
import { refusalWords } from './panel.js';

const WORDS = {
  1: 'The last hour has a point every 5 s, then one every 2 s that this page has seen.',
  24: 'The last day has a point a minute, then one every 2 s that this page has seen.',
};

/** @param {() => number} hoursOf what the plots show now */
export function makeHistory(http, timeline, hoursOf) {
  return {
    everyMs: 60_000,
    async poll() {
      const hours = hoursOf();
      try {
        timeline.setHistory(hours, await http.call('GET', `v1/history?hours=${hours}`));
        setText($('history-note'), WORDS[hours]);
      } catch (error) {
        timeline.setHistory(hours, null);
        setText($('history-note'), `The plots begin when this page was opened. History: ${refusalWords(error, 'operator')}`);
        return error.status;
      }
      return undefined;
    },
  };
}
