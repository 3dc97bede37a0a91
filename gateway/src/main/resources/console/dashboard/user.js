/** The view of one user: connections, threads, runs and errors. Every look is in the audit log. */
import { $, h } from '../page/dom.js';
import { announce, confirmed, note, refusalWords, withQuery } from './panel.js';
import { connectionColumns } from './readers.js';
import { makeTable } from './table.js';
import { bytes, count, time } from './units.js';

export function makeUser(http) {
  let shown = null;
  $('user-form').addEventListener('submit', (event) => {
    event.preventDefault();
    show({ user_id: $('user-id').value, tenant: $('tenant').value.trim() || undefined });
  });

  /** Asks for everything about a user, one call after the other. What is refused says so in its place. */
  async function show(user) {
    shown = user;
    note('user-note', 'Asking…');
    try {
      if (user.user_id) await showOne(user);
      else await showAll(user);
      note('user-note', '');
    } catch (error) {
      $('user-view').replaceChildren();
      note('user-note', words(error));
    }
  }

  async function showAll(user, after, rows = []) {
    const page = await http.call('GET', withQuery('v1/users', { tenant: user.tenant, after }));
    if (shown !== user) return;
    rows.push(...page.users);
    const table = h('table');
    const more = h('button', { type: 'button', class: 'button', hidden: !page.next }, 'Show more');
    more.addEventListener('click', () => showAll(user, page.next, rows).catch((error) => note('user-note', words(error))));
    $('user-view').replaceChildren(scrolled('Users', table), more);
    makeTable(table, [
      { name: 'User', text: ({ user_id: id }) => id }, { name: 'Tier', text: ({ tier }) => tier },
      { name: 'Connected', text: ({ present }) => (present ? 'yes' : 'no') },
      { name: 'Last seen', text: ({ last_seen: seen }) => time(seen) },
      { name: '', action: 'Show', label: ({ user_id: id }) => `Show ${id}`,
        run: ({ user_id: id }) => { $('user-id').value = id; show({ ...user, user_id: id }); } },
    ], ({ user_id: id }) => id, 'The directory has no user yet.')(rows);
  }

  async function showOne(user) {
    const about = await http.call('GET', withQuery('v1/users', user));
    if (shown !== user) return;
    const title = h('h3', { tabindex: '-1' }, about.user_id);
    const view = h('div', { class: 'user' }, h('header', {}, title,
      button('Refresh', () => show(user)), button('Disconnect', () => disconnect(user), 'danger'),
      button('Revoke tokens', () => revoke(user), 'danger')),
    facts(about), ...errors(about.last_errors ?? [], (run) => timeline(view, user, { run_id: run })));
    $('user-view').replaceChildren(view);
    title.focus();
    await part(view, user, 'Connections', async (table) => {
      const { connections } = await http.call('GET', withQuery('v1/connections', user));
      makeTable(table, connectionColumns((each) => disconnect({ ...user, connection_id: each.connection_id }), true),
        ({ connection_id: id }) => id, 'The user is not connected.')(connections);
    });
    await part(view, user, 'Threads', async (table) => {
      const { threads } = await http.call('GET', withQuery('v1/users/threads', user));
      drawThreads(table, threads, (thread) => timeline(view, user, thread));
    });
  }

  /** A part of the view with its own table; a refusal takes its place. */
  async function part(view, user, name, fill) {
    const table = h('table');
    const place = h('div', {}, h('h3', {}, name), scrolled(name, table));
    view.append(place);
    try {
      await fill(table);
    } catch (error) {
      if (shown === user) place.replaceChildren(h('h3', {}, name), h('p', { class: 'note' }, words(error)));
    }
  }

  async function timeline(view, user, { thread_id: thread, run_id: run }) {
    view.querySelector('.timeline')?.remove();
    const table = h('table');
    const title = h('h3', { tabindex: '-1' }, `Time line of ${thread ?? run}`);
    const place = h('div', { class: 'timeline' }, title, scrolled('Time line of a run', table));
    view.append(place);
    try {
      const found = await http.call('GET', withQuery('v1/users/timeline', { ...user, thread_id: thread, run_id: run }));
      title.textContent = `Run ${found.run_id} of ${found.agent}: ${found.state}`;
      const draw = makeTimeline(table);
      draw(found.events);
      if (found.next) place.append(h('p', { class: 'note' }, `The first ${count(found.events.length)} events.`));
    } catch (error) {
      place.replaceChildren(title, h('p', { class: 'note' }, words(error)));
    }
    title.focus();
  }

  /** @param {object} target `user_id`, `tenant?` and, for one connection only, `connection_id` */
  async function disconnect({ user_id: user, tenant, connection_id: connection }) {
    const what = connection ? `Connection ${connection} of ${user}` : `All connections of ${user}`;
    if (!await confirmed('Disconnect?', `${what} will be closed. The client may connect again; runs go on.`, 'Disconnect')) return false;
    await change(user, async () => {
      const { closed } = await http.call('POST', 'v1/users/disconnect', { user_id: user, tenant, connection_id: connection });
      return closings(closed);
    });
    return true;
  }

  /** @param {object} target `user_id` and `tenant?` */
  async function revoke({ user_id: user, tenant }) {
    const text = `Every token of ${user} that is valid now will be refused, and its connections closed. `
      + 'The person needs a new token, issued some seconds later (auth.jwt.leeway); runs go on.';
    if (!await confirmed('Revoke tokens?', text, 'Revoke')) return;
    await change(user, async () => {
      const { closed } = await http.call('POST', 'v1/revocations', { user_id: user, tenant });
      return `The tokens were revoked. ${closings(closed)}`;
    });
  }

  /** Carries out what was confirmed, shows the user again and tells what came of it. */
  async function change(user, act) {
    let result;
    try {
      result = await act();
      if (shown?.user_id === user) await show(shown);
    } catch (error) {
      result = words(error);
    }
    note('user-note', result);
    announce(result);
  }

  return { disconnect };
}

/** Here the reader of the page acts, so an answer that fails is told in place as well. */
function words(error) {
  if (error.status === 404) return error.message.startsWith('path:') ? 'Not in this gateway.' : error.message;
  try {
    return refusalWords(error, 'admin or operator');
  } catch {
    return error.message;
  }
}

const closings = (closed) => (closed === 1 ? '1 connection was closed.' : `${count(closed)} connections were closed.`);

const scrolled = (name, table) =>
  h('div', { class: 'scroll card', role: 'region', tabindex: '0', 'aria-label': name }, table);

function button(name, run, kind = '') {
  const element = h('button', { type: 'button', class: `button ${kind}` }, name);
  element.addEventListener('click', run);
  return element;
}

function facts(about) {
  const limits = about.limits ?? {};
  const of = (figure, limit) => (limit === undefined ? figure : `${figure} of ${limit}`);
  const rows = [
    ['Tenant', about.tenant], ['Tier', about.tier], ['Connected', about.present ? 'yes' : 'no'],
    ['Last seen', time(about.last_seen)],
    ['Connections', of(count(about.connections), limits.connections && count(limits.connections))],
    ['Open runs', of(count(about.open_runs), limits.open_runs && count(limits.open_runs))],
    ['Threads', of(count(about.threads), limits.threads && count(limits.threads))],
    ['Stored', of(bytes(about.stored_bytes), limits.stored_bytes && bytes(limits.stored_bytes))],
  ];
  return h('dl', { class: 'facts card' }, ...rows.map(([name, text]) => h('div', {}, h('dt', {}, name), h('dd', {}, text ?? '–'))));
}

function errors(all, open) {
  const table = h('table');
  makeTable(table, [
    { name: 'At', text: ({ at }) => time(at) }, { name: 'Code', text: ({ code }) => code, tone: () => 'bad' },
    { name: 'Of', isLong: true, text: ({ command_type: type, run_id: run }) => (run ? `run ${run}` : type ?? '–') },
    { name: '', action: 'Time line', isFor: ({ run_id: run }) => Boolean(run), label: ({ run_id: run }) => `Time line of ${run}`,
      run: ({ run_id: run }) => open(run) },
  ], () => null, 'No command or run of this user was refused or failed lately.')(all);
  return [h('h3', {}, 'Last errors'), scrolled('Last errors', table)];
}

function drawThreads(table, threads, open) {
  makeTable(table, [
    { name: 'Thread', text: ({ thread_id: id }) => id }, { name: 'Agent', text: ({ agent }) => agent ?? '–' },
    { name: 'Events', text: ({ oldest, head }) => `${count(oldest)} to ${count(head)}` },
    { name: 'Queued', isNumber: true, text: ({ queued }) => count(queued) },
    { name: 'Last activity', text: ({ last_activity: at }) => time(at) },
    { name: 'Open run', text: ({ open_run: run }) => run ?? '–' },
    { name: '', action: 'Time line', label: ({ thread_id: id }) => `Time line of ${id}`,
      run: ({ thread_id: thread, open_run: run }) => open({ thread_id: thread, run_id: run }) },
  ], ({ thread_id: id }) => id, 'The user has no thread.')(threads);
}

/** Deltas that are stored as one have a range of seqs. */
function makeTimeline(table) {
  let start;
  const draw = makeTable(table, [
    { name: 'Seq', text: ({ seq, seq_from: from }) => (from ? `${count(from)}–${count(seq)}` : count(seq)) },
    { name: 'At', text: ({ at }) => time(at) },
    { name: 'After the start', isNumber: true, text: ({ at }) => `${count(new Date(at) - start)} ms` },
    { name: 'Event', text: ({ type }) => type },
    { name: 'What', isLong: true, text: ({ tool_name: tool, tool_call_id: call, subagent, code }) =>
      [tool, call, subagent && `of ${subagent.name}`, code].filter(Boolean).join(' · ') || '–' },
    { name: 'Bytes', isNumber: true, text: ({ bytes: size }) => bytes(size) },
  ], ({ seq }) => seq, 'The events of this run are not kept any more.');
  return (events) => {
    start = new Date(events[0]?.at);
    draw(events);
  };
}
