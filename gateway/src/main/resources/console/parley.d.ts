/** The client of Parley. What is on the wire keeps its wire name: `run_id`, `duration_ms`. */

/** Connects, and stays connected until `close()`. */
export function connect(options: ConnectOptions): Client;

export interface ConnectOptions {
  /** The address of the WebSocket; a page may give a path: `/ws`. HTTP is expected beside it. */
  url: string;
  /**
   * A token, or who to ask for one: before every connection, and with `isExpiring` when the present
   * one is about to expire. Without a token, or with one that was refused before, the client closes.
   */
  token: string | ((why?: { isExpiring: true }) => string | null | Promise<string | null>);
  /** The class to use where there is none (Node 20) or another is wanted. */
  WebSocket?: unknown;
  /** In place of the platform's `fetch`. */
  fetch?: typeof fetch;
  /** How long the gateway may hold small pieces of text back to send them as one; up to 500. */
  rollupMs?: number;
}

export type ConnectionState =
  | { name: 'connecting' }
  /** `http`: WebSocket is blocked; threads come as event streams, commands go by POST. */
  | { name: 'open'; via: 'websocket' | 'http' }
  | { name: 'waiting'; retryInMs: number; code: number }
  /** Nothing more is tried; `code` as in the protocol: 4401 a new token is needed, 4403 not allowed,
   *  4409 another connection took the place, 1000 by `close()`. */
  | { name: 'closed'; code: number };

export interface Client {
  readonly state: ConnectionState;
  /** The payload of the last `welcome`: user, tier, limits, runs at work. */
  readonly welcome: Record<string, any> | null;
  on(name: 'state', listener: (state: ConnectionState) => void): () => void;
  /** What went wrong without being the answer to a command. */
  on(name: 'error', listener: (error: ParleyError) => void): () => void;
  /** Every frame, for looking on, tokens masked. `size` in UTF-16 units of its text. */
  on(
    name: 'frame',
    listener: (traffic: { direction: 'in' | 'out'; frame: Frame; size: number }) => void,
  ): () => void;
  /** The one object for this thread of the user. */
  thread(id: string): Thread;
  /**
   * One page of the user's threads, the newest activity first; with `next` as `after` comes the next
   * page. A thread with activity meanwhile moves to the top: a new listing begins with it.
   */
  threads(page?: { after?: string; limit?: number }): Promise<ThreadPage>;
  /** The agents that `send` and `start` may name. */
  agents(): Promise<AgentEntry[]>;
  /** Sets the title of a thread, on all devices: 1 to 200 characters, no control characters. */
  setTitle(threadId: string, title: string, options?: CommandOptions): Promise<Accepted>;
  /** Deletes a thread; refused with `thread_busy` while a run is open or messages are queued. */
  deleteThread(id: string): Promise<void>;
  /** Tries now: ends a wait, or begins again after `closed`. */
  reconnect(): void;
  close(): void;
}

export interface AgentEntry {
  name: string;
  /** One sentence for people. */
  description: string;
  /** It answers a message that names no agent, in a thread without a run. */
  default: boolean;
}

export interface ThreadPage {
  threads: ThreadEntry[];
  next?: string;
}

export interface ThreadEntry {
  thread_id: string;
  epoch: string;
  oldest: number;
  head: number;
  last_event_at: string;
  /** When a message was added, a run ended or the title was set: the list is ordered by it. */
  last_activity: string;
  title?: string;
  /** Of its last run, which is the open one while there is one. */
  agent?: string;
  /** The id of the run that is open. */
  open_run?: string;
  /** How many messages are queued. */
  queued: number;
}

export interface CommandOptions {
  /** The id of a command that was given before, to give it again: it is never executed twice. */
  id?: string;
}

export interface MessageOptions extends CommandOptions {
  /** What to do while a run is open: refuse (`thread_busy`), wait in line, or stop that run. */
  whenBusy?: 'reject' | 'queue' | 'replace';
  /** With `replace`: the next `replace` does not take it back while it waits. */
  keep?: boolean;
}

export interface Accepted {
  /** The command's id. */
  id: string;
  /** The place of the message in the thread. */
  seq: number;
  run_id?: string;
  /** It had been given before. */
  duplicate?: true;
  /** The thread was deleted since: `seq` is a place in this life of it, which is over. */
  deleted?: true;
  epoch?: string;
}

export interface Thread extends AsyncIterable<Frame> {
  readonly id: string;
  readonly view: View;
  /** Why it is not followed now, though somebody reads it; told as an `error` event as well. */
  readonly refusal: ParleyError | null;
  /** Starts the agent of that name. */
  start(
    agent: string,
    input: string | object,
    options?: MessageOptions & { context?: object },
  ): Promise<Accepted>;
  /** Says something to the agent named, else to the one of the thread, else to the default one. */
  send(text: string | object[], options?: MessageOptions & { agent?: string }): Promise<Accepted>;
  /** Shows a message on all devices of the user; no agent answers. */
  chat(text: string | object[], options?: CommandOptions): Promise<Accepted>;
  /**
   * Stops the open run, or the one that the last command is about to start; where the thread was not
   * read yet, it is read first. `state` is absent where nothing was open. With the id of a command:
   * stops what that one started, or takes it back while it is queued.
   */
  cancel(commandId?: string): Promise<{ state?: string }>;
  /**
   * Calls back at once and after every change, until the function returned is called. A thread is
   * read from its oldest event on; with `from: 'now'` from now on, for a look at what is going on.
   */
  subscribe(
    handler: (view: View, frame?: Frame) => void,
    options?: { from?: 'start' | 'now' },
  ): () => void;
  /**
   * The events as they come, each once, in order. The first loop begins at the oldest event, or, where
   * a handler has read the thread, with what comes next; a later one goes on after the last event of
   * the one before. A `gap` tells that the thread begins again. Ends with `client.close()`.
   */
  [Symbol.asyncIterator](): AsyncIterator<Frame>;
}

export interface Frame {
  type: string;
  id?: string;
  thread_id?: string;
  run_id?: string;
  seq?: number;
  seq_from?: number;
  timestamp?: string;
  payload?: any;
}

/** Of commands and of HTTP calls; `disconnected` is the client's own. Which to retry: ParleyError. */
export type ErrorCode =
  | 'bad_frame' | 'unsupported_type' | 'invalid_argument' | 'unauthenticated' | 'token_expired'
  | 'forbidden' | 'not_found' | 'frame_too_large' | 'rate_limited' | 'quota_exceeded'
  | 'idempotency_conflict' | 'thread_busy' | 'queue_full' | 'approval_expired'
  | 'arguments_mismatch' | 'overloaded' | 'draining' | 'internal' | 'disconnected';

/** Why a run failed (`run.code`); an agent of your own may fail with the last ones. */
export type RunErrorCode =
  | 'upstream_unreachable' | 'upstream_timeout' | 'upstream_rejected' | 'upstream_auth'
  | 'upstream_rate_limited' | 'upstream_error' | 'upstream_truncated' | 'upstream_disconnected'
  | 'upstream_protocol' | 'content_filter' | 'run_timeout' | 'gateway_restarted' | 'max_steps'
  | 'approval_unsupported' | 'agent_error' | 'overloaded' | 'internal';

/** Why a command was refused, or what the gateway complained of; `message` is for a person. */
export class ParleyError extends Error {
  constructor(error?: {
    code?: ErrorCode; message?: string; field?: string; retry_after_ms?: number; thread_id?: string;
  }, commandId?: string);
  readonly code: ErrorCode;
  /** Whether the same command may work later, under the same id. */
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  /** Where in the command, as a JSON Pointer. */
  readonly field?: string;
  readonly docs?: string;
  /** Of the command that was refused. */
  readonly commandId?: string;
  /** The thread that is not followed. */
  readonly threadId?: string;
  /** Of the HTTP answer, where it was one. */
  readonly status?: number;
}

/** What the events of a thread add up to. Unchanged parts stay identical (===). */
export interface View {
  readonly epoch: string | null;
  /** Up to here everything is in the view. */
  readonly seq: number;
  /** Whether all that was there has been read: from then on it is live. */
  readonly caughtUp: boolean;
  /** The last one that was read here; null where there is none, or retention dropped its event. */
  readonly title: string | null;
  readonly messages: readonly Message[];
  readonly thinking: readonly Thinking[];
  readonly tools: readonly Tool[];
  readonly runs: readonly Run[];
  /** The last run. */
  readonly run: Run | null;
}

export interface Message {
  seq: number;
  message_id: string;
  run_id?: string;
  role: string;
  kind?: string;
  offset?: number;
  text: string;
  /** What the user sent, as it is in the event; `text` is its words. */
  content?: string | object;
  timestamp?: string;
  state: 'queued' | 'taken_back' | 'sent' | 'streaming' | 'completed' | 'failed' | 'cancelled';
}

export interface Thinking {
  seq: number;
  run_id: string;
  text: string;
  offset: number;
  state: 'open' | 'done';
  steps: { step?: string; text?: string; progress?: number }[];
}

export interface Tool {
  seq: number;
  run_id: string;
  tool_call_id: string;
  tool_name: string;
  arguments: any;
  status: 'executing' | 'ok' | 'error' | 'denied' | 'aborted' | 'unknown';
  started_at?: string;
  result?: any;
  error?: any;
  truncated?: boolean;
  duration_ms?: number;
}

export interface Run {
  seq: number;
  run_id: string;
  agent: string;
  message_id: string;
  started_at: string;
  ended_at?: string;
  state: 'open' | 'completed' | 'failed' | 'cancelled';
  finish?: 'stop' | 'length';
  /** What the service of the agent counted, under its own names: `prompt_tokens`, `input_tokens`. */
  usage?: any;
  /** What the agent returned besides its text. */
  result?: any;
  code?: RunErrorCode;
  message?: string;
  /** Whether the same message may succeed later. */
  retryable?: boolean;
  /** The milliseconds from `ended_at` until then, if the agent knows. */
  retry_after_ms?: number;
  by?: 'user' | 'operator' | 'shutdown' | 'replaced';
}

export const emptyView: View;

/** The view after one more frame: pure; an event seen before, or after a hole, changes nothing. */
export function fold(view: View, frame: Frame): View;

/** A random id, for threads and commands. */
export function randomId(): string;
