import { Ack } from './ack.js';
import { callSafely } from './errors.js';

const INBOX = '@inbox';
const NOTHING = Object.freeze({
  epoch: null, seq: 0, acknowledged: 0, caughtUp: false, notifications: [],
});

/** What was sent to the user: the notifications that no device has acknowledged. */
export class Inbox {
  view = NOTHING;
  #client;
  #handlers = new Set();
  #stop = null;
  #ack;

  constructor(client) {
    this.#client = client;
    this.#ack = new Ack(client, INBOX);
  }

  subscribe(handler) {
    // A wrapper, so that the same function may subscribe twice
    const own = (view) => handler(view);
    this.#handlers.add(own);
    callSafely(own, this.view);
    this.#stop ??= this.#client.thread(INBOX).subscribe((_, frame) => frame && this.#take(frame),
      { from: 'now' });
    return () => {
      if (!this.#handlers.delete(own) || this.#handlers.size) return;
      this.#stop();
      this.#stop = null;
    };
  }

  ack(seq = this.view.seq) {
    if (!(seq > this.view.acknowledged)) return;
    const acknowledged = Math.min(seq, this.view.seq);
    this.#seen(acknowledged);
    this.#ack.give(acknowledged);
  }

  /** @internal There is a new connection. */
  opened(acks) {
    this.#ack.opened(acks);
  }

  /** @internal Whether this is the answer to an ack that is sent again later. */
  refused(id, error) {
    return this.#ack.refused(id, error);
  }

  #take({ type, seq, timestamp, payload }) {
    const { view } = this;
    const { epoch, after, oldest, seq: seen } = Object(payload);
    switch (type) {
      case 'subscribed':
        // Without a cursor the gateway begins after what is acknowledged
        return this.#show(view.epoch === null
          ? { ...view, epoch, seq: after, acknowledged: after } : { ...view, caughtUp: false });
      case 'gap':
        if (epoch !== view.epoch) this.#ack.forget();
        return this.#show({ ...NOTHING, epoch, seq: Math.max(oldest - 1, 0),
          acknowledged: epoch === view.epoch ? view.acknowledged : 0 });
      case 'caught_up': return this.#show({ ...view, caughtUp: true });
      case 'acknowledged': return this.#seen(seen); // on another device
      case 'notification':
        // A loop over the inbox may have it read again
        if (!(seq > view.seq)) return;
        return this.#show({ ...view, seq, notifications: seq > view.acknowledged
          ? [...view.notifications, { seq, timestamp, ...payload }] : view.notifications });
      default:
    }
  }

  /** What comes up to this seq later was seen too. */
  #seen(acknowledged) {
    if (!Number.isSafeInteger(acknowledged) || acknowledged <= this.view.acknowledged) return;
    const notifications = this.view.notifications.filter((each) => each.seq > acknowledged);
    this.#show({ ...this.view, acknowledged, notifications });
  }

  #show(view) {
    this.view = view;
    for (const handler of this.#handlers) callSafely(handler, view);
  }
}
