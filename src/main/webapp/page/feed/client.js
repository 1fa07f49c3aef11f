// The live feed: connects, reconnects, resumes. In envelope mode it goes on from its cursor, so nothing is missed; a server that sends
// plain messages is understood too, and what happened while it was away is then for the caller to ask.
import { children, items, string } from '../json/scan.js';

const TYPES = new Set(['message', 'caught_up', 'heartbeat', 'gap', 'refilled']);
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 10_000;
const BUSY_PAUSE = 5_000;
const SILENT_AFTER = 25_000; // the server has a heartbeat every ten seconds
const OPENS_WITHIN = 15_000;
const RENEWALS_APART = 10_000;
const BATCH = '500';

/** An envelope's parts as {type, cursor, from, to, message}; message is JSON text. Null when it is none. */
export function envelope(text) {
  const parts = {};
  try {
    if (text[0] !== '{') return null;
    for (const { key, start, end } of children(text, 0)) {
      if (key === 'message') parts.message = text.slice(start, end);
      else if (text[start] === '"') parts[key] = string(text, start, end);
      if (key === 'message_uuid') return null;
    }
  } catch (e) {
    if (e instanceof SyntaxError) return null;
    throw e;
  }
  return TYPES.has(parts.type) && ('cursor' in parts || 'from' in parts || 'to' in parts) ? parts : null;
}

/** The envelopes of a frame, one or a batch; null when it holds something else. */
export function envelopes(text) {
  if (text[0] !== '[') {
    const one = envelope(text);
    return one && [one];
  }
  try {
    const all = items(text).map(envelope);
    return all.length > 0 && all.every((one) => one !== null) ? all : null;
  } catch (e) {
    if (e instanceof SyntaxError) return null;
    throw e;
  }
}

/**
 * One feed. `handlers`: messages(list of JSON texts), notice({kind, ...}), state({phase, mode, since, reason, tries}).
 * Phases: connecting, open, waiting (lost, tries again), refused (the server does not take the question), denied, closed.
 * Notices: caught_up, gap, refilled (from the server), lost and back (the connection; `resumed` when nothing was missed).
 */
export class FeedClient {
  #socket = null;
  #timer = null;
  #watch = null;
  #pause = FIRST_PAUSE;
  #cursor = null;
  #unopened = 0;
  #lostAt = null;
  #heard = 0;
  #generation = 0;
  #renewed = -Infinity;
  #state;

  /**
   * @param {object} options base (address of the feed, ws:), parameters (filters, a list), since (replay from; '' for none), handlers,
   *     ticket (async, '' for none), explain (async, a sentence when the server refuses the question, '' when it does not), renew
   *     (async, whether there is another token in place of one that has ended), and for tests WebSocket, now, setTimeout, clearTimeout
   */
  constructor(options) {
    this.options = { WebSocket: globalThis.WebSocket, now: Date.now, setTimeout: (f, ms) => setTimeout(f, ms), clearTimeout: (t) => clearTimeout(t), ticket: async () => '', explain: async () => '', renew: async () => false, since: '', parameters: [], ...options };
    this.#state = { phase: 'connecting', mode: 'unknown', since: this.options.now(), reason: '', tries: 0 };
  }

  get state() {
    return this.#state;
  }

  /** When something last came, milliseconds since 1970. */
  get heard() {
    return this.#heard;
  }

  get cursor() {
    return this.#cursor;
  }

  start() {
    this.#connect();
  }

  stop() {
    this.#generation++;
    this.options.clearTimeout(this.#timer);
    this.options.clearTimeout(this.#watch);
    this.#socket?.close(1000);
    this.#socket = null;
    this.#say({ phase: 'closed' });
  }

  /** Tries at once, when it waits. */
  now() {
    if (['waiting', 'denied', 'refused'].includes(this.#state.phase)) {
      this.options.clearTimeout(this.#timer);
      this.#connect();
    }
  }

  #say(change) {
    const since = 'phase' in change && change.phase !== this.#state.phase ? this.options.now() : this.#state.since;
    this.#state = { ...this.#state, ...change, since };
    this.options.handlers.state?.(this.#state);
  }

  /** After two connections that were not even opened the plain feed is tried now and then. */
  get #asksPlain() {
    return this.#unopened >= 2 && this.#unopened % 2 === 0 && this.#cursor === null;
  }

  #address(ticket) {
    const url = new URL(this.options.base);
    const parameters = this.#asksPlain ? [] : [...this.options.parameters, ['envelope', '1'], ['batch', BATCH]];
    const since = this.#cursor ?? this.options.since;
    if (since && !this.#asksPlain) parameters.push(['since', since]);
    if (ticket) parameters.push(['ticket', ticket]);
    url.search = new URLSearchParams(parameters).toString();
    return url.href;
  }

  async #connect() {
    const generation = ++this.#generation;
    this.#say({ phase: this.#lostAt === null ? 'connecting' : 'waiting' });
    let ticket;
    try {
      ticket = await this.options.ticket();
    } catch (e) {
      if (generation !== this.#generation) return;
      if (e.status === 401 || e.status === 403) this.#say({ phase: 'denied', reason: e.message });
      else this.#again(e.message);
      return;
    }
    if (generation !== this.#generation) return;
    const socket = new this.options.WebSocket(this.#address(ticket));
    this.#socket = socket;
    let opened = false;
    this.#watchOver(OPENS_WITHIN);
    socket.onopen = () => {
      if (generation !== this.#generation) return;
      opened = true;
      this.#unopened = 0;
      this.#pause = FIRST_PAUSE;
      this.#hear();
      const lost = this.#lostAt;
      this.#lostAt = null;
      this.#say({ phase: 'open', mode: 'unknown', reason: '', tries: 0 });
      if (lost !== null) this.options.handlers.notice?.({ kind: 'back', lostAt: lost, resumed: this.#cursor !== null });
    };
    socket.onmessage = (event) => {
      if (generation !== this.#generation || typeof event.data !== 'string') return; // bytes are no message
      this.#hear();
      this.#frame(event.data);
    };
    socket.onclose = (event) => {
      if (generation === this.#generation) this.#closed(event, opened);
    };
  }

  #hear() {
    this.#heard = this.options.now();
    if (this.#state.mode === 'envelope') this.#watchOver(SILENT_AFTER);
    else if (this.#state.phase === 'open') this.options.clearTimeout(this.#watch);
  }

  /** A connection that says nothing for so long, though it has heartbeats, is dead, whatever TCP thinks. */
  #watchOver(ms) {
    this.options.clearTimeout(this.#watch);
    const generation = this.#generation;
    this.#watch = this.options.setTimeout(() => {
      if (generation !== this.#generation) return;
      const socket = this.#socket;
      this.#generation++;
      socket?.close();
      this.#lost('The connection was silent.');
    }, ms);
  }

  #frame(text) {
    const all = this.#state.mode === 'plain' ? null : envelopes(text);
    if (all === null) {
      if (this.#state.mode === 'unknown') {
        this.#say({ mode: 'plain' });
        this.options.clearTimeout(this.#watch);
      }
      this.options.handlers.messages?.([text]);
      return;
    }
    if (this.#state.mode !== 'envelope') {
      this.#say({ mode: 'envelope' });
      this.#watchOver(SILENT_AFTER);
    }
    let waiting = [];
    for (const one of all) {
      if (one.type === 'message') waiting.push(one.message);
      else if (one.type !== 'heartbeat') {
        if (waiting.length > 0) this.options.handlers.messages?.(waiting);
        waiting = [];
        this.options.handlers.notice?.({ ...one, kind: one.type });
      }
      if (one.cursor) this.#cursor = one.cursor;
    }
    if (waiting.length > 0) this.options.handlers.messages?.(waiting);
  }

  async #closed(event, opened) {
    this.options.clearTimeout(this.#watch);
    if (event.code === 1008) {
      const generation = this.#generation;
      const soon = this.options.now() - this.#renewed < RENEWALS_APART; // it was not the token's age then
      if (!soon && (await this.options.renew())) {
        if (generation !== this.#generation) return;
        this.#renewed = this.options.now();
        if (this.#cursor === null) this.#lostAt ??= this.#renewed; // what was stored meanwhile is then asked for
        this.#connect();
        return;
      }
      if (generation !== this.#generation) return;
      this.#say({ phase: 'denied', reason: event.reason || 'The server has ended this connection: the login is not valid any more.' });
      return;
    }
    if (!opened) {
      this.#unopened++;
      const generation = this.#generation;
      const sentence = await this.options.explain();
      if (generation !== this.#generation) return;
      if (sentence) {
        this.#say({ phase: 'refused', reason: sentence });
        return;
      }
    }
    if (event.code === 1013) this.#pause = Math.max(this.#pause, BUSY_PAUSE);
    this.#lost(reason(event));
  }

  #lost(why) {
    if (this.#lostAt === null) {
      this.#lostAt = this.options.now();
      if (this.#state.phase === 'open') this.options.handlers.notice?.({ kind: 'lost', lostAt: this.#lostAt, reason: why });
    }
    this.#again(why);
  }

  #again(why) {
    this.#say({ phase: 'waiting', reason: why, tries: this.#state.tries + 1 });
    const pause = this.#pause * (0.75 + Math.random() / 2);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
    this.#timer = this.options.setTimeout(() => this.#connect(), pause);
  }
}

function reason(event) {
  switch (event.code) {
    case 1001: return 'The server has stopped.';
    case 1012: return 'The server restarts.';
    case 1013: return event.reason || 'This page was too slow, or the server has too many clients.';
    case 1009: return 'A frame was too large.';
    default: return event.reason || 'The connection was lost.';
  }
}
