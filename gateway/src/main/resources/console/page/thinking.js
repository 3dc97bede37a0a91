/** The reasoning of an agent: open while it grows, closed when it is done. */
import { h, reconcile, setText } from './dom.js';
import { drawLong, newest } from './long-text.js';
import { nameOf, stepWords } from './words.js';

const MAX_STEPS = 200;
const MAX_STEP = 500;
const STEP = { create: () => h('li'), update: setText };

export const THINKING = {
  create: ({ state }) => {
    const summary = h('summary');
    const element = h('details',
      { class: 'thinking', 'data-event': 'agent_thinking', open: state === 'open' },
      summary, h('div', { class: 'reasoning', tabindex: 0, role: 'group', 'aria-label': 'Reasoning' },
        h('div', {}, h('div', { tabindex: -1 }), h('ul'))));
    // Also with Enter and Space: the state that a person chose stays
    summary.addEventListener('click', () => { element.dataset.chosen = 'true'; });
    return element;
  },
  update(element, block) {
    const [summary, { firstChild: { children: [text, list] } }] = element.children;
    const isDone = block.state === 'done';
    if (isDone && element.dataset.state === 'open' && !element.dataset.chosen) element.open = false;
    element.dataset.state = block.state;
    const steps = block.steps.map((step) => stepWords(step).slice(0, MAX_STEP));
    const first = Math.max(0, steps.length - MAX_STEPS);
    const by = nameOf(block.subagent);
    const words = isDone ? thought(steps) : (steps.at(-1) ?? 'Thinking…');
    setText(summary, by ? `${by}: ${words}` : words);
    reconcile(list, steps.slice(first).map((step, index) =>
      ({ kind: STEP, key: `step ${first + index}`, item: step })));
    if (isDone) drawLong(text, block.text);
    else setText(text, newest(block.text));
  },
};

function thought(steps) {
  return steps.length > 1 ? `Thought in ${steps.length} steps` : 'Thought';
}
