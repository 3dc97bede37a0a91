/** The notifications that the person has not seen, above the message box: the newest first. */
import { $, h, reconcile } from './dom.js';

const CARD = { create: makeCard };

export function makeNotifications(client) {
  client.inbox.subscribe(({ notifications }) => {
    $('notifications').hidden = !notifications.length;
    const newestFirst = [...notifications].reverse();
    reconcile($('notification-list'), newestFirst.map((item) =>
      ({ key: item.notification_id, item, kind: CARD })));
  });
  $('notifications-seen').addEventListener('click', () => {
    client.inbox.ack();
    $('text').focus();
  });
}

function makeCard({ title, body, action_url: url, priority, timestamp }) {
  const time = new Date(timestamp);
  return h('li', { class: 'notification', 'data-priority': priority },
    h('strong', {}, title),
    h('time', { class: 'hint', datetime: timestamp },
      time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })),
    h('p', {}, body),
    isAddress(url) ? h('a', { href: url, rel: 'noopener noreferrer', target: '_blank' }, 'Open') : null);
}

const isAddress = (url) => typeof url === 'string' && /^(?:https:|\/(?!\/))/i.test(url);
