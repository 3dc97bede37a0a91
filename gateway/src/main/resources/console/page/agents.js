/** The choice of the agent that answers the next message of a thread. */
import { $, h, setText } from './dom.js';

const MAX_DESCRIPTION = 300;
/** The built-in agent knows the suggestions of the welcome page; other agents may not. */
const BUILTIN = 'builtin';

/**
 * @param {import('../parley.js').Client} client
 * @param {(error: Error) => void} complain
 */
export function makeAgents(client, complain) {
  let listed = [];
  /** The agent that a person chose for a thread, by thread id, until that agent answers there. */
  const chosen = new Map();
  let threadId = null;
  let last;
  let drawn;

  /** Reads the list again: a gateway that was restarted may have other agents. */
  async function refresh() {
    try {
      listed = await client.agents();
    } catch (error) {
      return complain(error);
    }
    drawn = null;
    $('agent').replaceChildren(...listed.map(({ name }) => h('option', { value: name }, name)));
    draw(threadId, last);
  }

  const isListed = (name) => listed.some((agent) => agent.name === name);
  const usual = () => (isListed(last) ? last : listed.find((agent) => agent.default)?.name);
  const current = () => (isListed(chosen.get(threadId)) ? chosen.get(threadId) : usual());

  /** @param {string} [lastAgent] the agent of the thread's last run */
  function draw(id, lastAgent) {
    [threadId, last] = [id, lastAgent];
    const name = current();
    // Drawn once: a list that a person has open stays as it is
    if (drawn === `${id} ${name}`) return;
    drawn = `${id} ${name}`;
    const description = String(listed.find((agent) => agent.name === name)?.description ?? '');
    const words = description.slice(0, MAX_DESCRIPTION);
    const isBuiltin = !name || name === BUILTIN;
    if (name) $('agent').value = name;
    $('agent-choice').hidden = listed.length < 2;
    setText($('agent-description'), words);
    $('agent-description').title = words;
    $('text').placeholder = isBuiltin ? 'Message the assistant' : `Message ${name}`;
    for (const each of document.querySelectorAll('[data-builtin]')) each.hidden = !isBuiltin;
    $('welcome-agent').hidden = isBuiltin;
    setText($('welcome-agent'), isBuiltin ? '' : `${name}: ${words}`);
  }

  /**
   * The name to send, or undefined if the gateway takes the same agent without a name: a token
   * without the scope `agent` may not name one.
   */
  function toName() {
    const name = current();
    const taken = last ?? usual();
    return name === taken ? undefined : name;
  }

  /** A run of this agent has started. */
  function started(id, name) {
    if (chosen.get(id) === name) chosen.delete(id);
  }

  $('agent').addEventListener('change', () => {
    chosen.set(threadId, $('agent').value);
    draw(threadId, last);
  });
  return { draw, refresh, started, toName };
}
