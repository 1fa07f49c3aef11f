// The live feed as a list of rows that a view shows: what came, what waits while it is paused, what was missed and refilled.
import { Buffer } from '../feed/buffer.js';
import { Rate } from '../feed/rate.js';
import { isLocal, matches } from '../filter/filter.js';
import { Entry } from '../message/parse.js';
import { clock, lasting } from '../state/time.js';

const ROWS = 30_000;
const WAITING_ROWS = 20_000;
const CHARACTERS = 24_000_000;
const FIRST_PAGE = 25;
const SECOND_PAGE = 175;
const OLDER_PAGE = 200;
const HEAVY_PAGE = 5;

/** Characters of a message above which pages are small: two hundred of a megabyte would stall the tab. */
const HEAVY = 20_000;
const MISSED_PAGES = 5;
const SEAM = 20_000;

/** Why the list may stand still, the weakest reason first: a pointer over it, the reader away from its top, the reader's wish. */
const RANKS = ['', 'hold', 'scroll', 'reader'];

/** A row of the list that is no message. */
export class Notice {
  constructor(kind, text, sequence, more = {}) {
    this.kind = kind;
    this.text = text;
    this.sequence = sequence;
    Object.assign(this, more);
  }
}

export class LiveSession {
  #feed = null;
  #generation = 0;
  #sequence = 0;
  #known = new Set(); // uuids around a seam between what was asked and what was sent
  #seamUntil = 0;
  #gaps = new Map();
  #refilling = null;
  #olderCursor = null;
  #loadingOlder = false;
  #unseen = 0; // the newest rows, which no painting has taken yet
  #olderPage = 0; // messages of the next older page; 0 before anything is known

  /**
   * @param {object} options page (asks a page of messages), feed (makes a feed client of {parameters, since, handlers}), changed
   *     (called when something is to be shown), now
   */
  constructor({ page, feed, changed, now = Date.now }) {
    this.page = page;
    this.makeFeed = feed;
    this.changed = changed;
    this.now = now;
    this.rows = new Buffer(ROWS, CHARACTERS);
    this.waiting = new Buffer(WAITING_ROWS, CHARACTERS);
    this.rate = new Rate();
    this.key = null;
    this.paused = '';
    this.total = 0;
    this.state = { phase: 'connecting', mode: 'unknown', since: now(), reason: '', tries: 0 };
    this.history = { state: 'idle', error: null };
  }

  /** Whether more lies behind the oldest row. */
  get hasOlder() {
    return this.#olderCursor !== null && !this.rows.full;
  }

  get loadingOlder() {
    return this.#loadingOlder;
  }

  /** Whether everything that is shown passed only filters that the plain feed can be held against. */
  get unfiltered() {
    return this.state.mode === 'plain' ? this.filters.filter((filter) => !isLocal(filter)) : [];
  }

  /** Shows the messages that meet these filters from now on, or from `since` on; goes on when it does so already. */
  start(filters, since = '') {
    const key = JSON.stringify([filters, since]);
    if (this.key === key) return;
    this.stop();
    this.key = key;
    this.filters = filters;
    this.since = since;
    this.paused = '';
    this.total = 0;
    this.rate = new Rate();
    this.#unseen = 0;
    this.rows.clear();
    this.waiting.clear();
    this.#known.clear();
    this.#gaps.clear();
    this.#olderCursor = null;
    this.#refilling = since ? { count: 0, replay: true } : null;
    this.#seamUntil = this.now() + SEAM;
    const parameters = filters.map(({ name, value }) => [name, value]);
    this.#feed = this.makeFeed({
      parameters,
      since,
      handlers: { messages: (texts) => this.#receive(texts), notice: (notice) => this.#note(notice), state: (state) => this.#follow(state) },
    });
    this.#feed.start();
    if (since) this.history = { state: 'idle', error: null };
    else this.#loadNewest(parameters);
    this.changed();
  }

  stop() {
    this.#generation++;
    this.#feed?.stop();
    this.#feed = null;
    this.key = null;
  }

  /** Tries again at once what waits for its time. */
  retry() {
    this.#feed?.now();
    if (this.history.state === 'failed') this.#loadNewest(this.filters.map(({ name, value }) => [name, value]));
  }

  get heard() {
    return this.#feed?.heard ?? 0;
  }

  pause(why) {
    if (RANKS.indexOf(this.paused) >= RANKS.indexOf(why)) return;
    if (this.paused === '' && this.#unseen > 0) {
      // They would still move the others on, away from under the pointer.
      this.waiting.push(this.rows.pop(this.#unseen));
      this.#unseen = 0;
    }
    this.paused = why;
    this.changed();
  }

  /**
   * A painting begins: it shows the rows as they are now. Until the next one the list stays as it is, whoever draws it again, as a
   * part of it does by itself when it is scrolled or a row is chosen; a row that came in that way would be taken for one not seen.
   */
  show() {
    this.#unseen = 0;
  }

  /** How many rows the list has. */
  get count() {
    return this.rows.length - this.#unseen;
  }

  /** Shows what came meanwhile; only if that was the reason, when one is given. */
  resume(why) {
    if (this.paused === '' || (why && this.paused !== why)) return;
    this.paused = '';
    if (this.waiting.dropped > 0) {
      this.#append([
        this.#notice('gap', `${this.waiting.dropped.toLocaleString('en')} messages that came while the list was paused are not kept on this page. They are stored: search for them.`),
      ]);
    }
    this.#append(this.waiting);
    this.waiting.clear();
    this.changed();
  }

  clear() {
    this.#unseen = 0;
    this.rows.clear();
    this.waiting.clear();
    this.#olderCursor = null;
    this.history = { state: 'cleared', error: null };
    this.changed();
  }

  /** A row of the list by its place from the top, the newest first; undefined behind the last. */
  at(index) {
    return index < this.count ? this.rows.at(this.count - 1 - index) : undefined;
  }

  #notice(kind, text, more) {
    return new Notice(kind, text, this.#sequence++, { ...more, received: this.now() });
  }

  #push(rows) {
    if (this.paused) this.waiting.push(rows);
    else this.#append(rows);
    this.changed();
  }

  /** New rows of the list; it may have no room for all of them. */
  #append(rows) {
    this.rows.push(rows);
    this.#unseen = Math.min(this.#unseen + rows.length, this.rows.length);
  }

  #receive(texts) {
    const now = this.now();
    // What is replayed is read from the store; what is live is mostly as its producer wrote it, but not when it was published late.
    const stored = this.#refilling !== null;
    let entries = texts.map((text) => new Entry(text, this.#sequence++, now, stored));
    if (this.state.mode === 'plain' && this.filters.length > 0) {
      entries = entries.filter((entry) => matches(this.filters, entry.fields));
    }
    if (now < this.#seamUntil) entries = entries.filter((entry) => this.#isNew(entry.fields.uuid));
    if (this.#refilling) this.#refilling.count += entries.length;
    if (entries.length === 0) return;
    this.total += entries.length;
    this.rate.add(entries.length, now);
    this.#push(entries);
  }

  #isNew(uuid) {
    if (uuid === null) return true;
    if (this.#known.has(uuid)) return false;
    this.#known.add(uuid);
    return true;
  }

  #follow(state) {
    this.state = state;
    this.changed();
  }

  #note(notice) {
    switch (notice.kind) {
      case 'lost':
        this.#push([this.#notice('lost', `Connection lost at ${clock(notice.lostAt, 'local')}. ${notice.reason}`)]);
        break;
      case 'back':
        this.#back(notice);
        break;
      case 'caught_up':
        if (this.#refilling) {
          const { count, replay } = this.#refilling;
          const many = count.toLocaleString('en');
          this.#push([this.#notice('good', replay ? `Replayed ${many} stored messages. Live from here.` : `Refilled ${many} messages. Nothing was missed.`)]);
          this.#refilling = null;
        }
        break;
      case 'gap': {
        const row = this.#notice('gap', 'Some messages were left out here, as this page was slow. They are being fetched.');
        this.#gaps.set(notice.from, row);
        this.#push([row]);
        break;
      }
      case 'refilled': {
        const row = this.#gaps.get(notice.from);
        if (row) {
          row.kind = 'good';
          row.text = 'Some messages were left out here; they follow further up, in the order of storing.';
          this.#gaps.delete(notice.from);
          this.changed();
        }
        break;
      }
      default:
    }
  }

  #back({ lostAt, resumed }) {
    const away = lasting(this.now() - lostAt);
    if (resumed) {
      this.#refilling = { count: 0, replay: false };
      this.#push([this.#notice('refilling', `Connected again after ${away}. What came meanwhile is being refilled.`)]);
    } else {
      const row = this.#notice('refilling', `Connected again after ${away}. What was stored meanwhile is being looked up.`);
      this.#push([row]);
      this.#refill(lostAt, row);
    }
  }

  /** The plain feed has no memory: what was stored since then is asked for. */
  async #refill(lostAt, row) {
    const generation = this.#generation;
    this.#seamUntil = this.now() + SEAM;
    for (const rows of [this.rows, this.waiting]) {
      for (const one of rows) if (one instanceof Entry && one.fields.uuid) this.#known.add(one.fields.uuid);
    }
    try {
      const since = new Date(lostAt - 5000).toISOString();
      const parameters = [...this.filters.map(({ name, value }) => [name, value]), ['since', since], ['limit', '1000']];
      const missed = [];
      let after = null;
      let pages = 0;
      do {
        const page = await this.page(after ? [...parameters, ['after', after]] : parameters);
        if (generation !== this.#generation) return;
        missed.push(...page.messages);
        after = page.next;
        pages++;
      } while (after && pages < MISSED_PAGES);
      const entries = missed
        .filter(({ uuid }) => this.#isNew(uuid))
        .reverse()
        .map((message) => new Entry(message.text, this.#sequence++, this.now(), true));
      if (entries.length > 0) this.#push(entries);
      row.kind = after ? 'gap' : 'good';
      row.text = after
        ? 'More was stored meanwhile than is shown here. Search has all of it.'
        : `Connected again. ${entries.length.toLocaleString('en')} messages that were stored meanwhile are shown.`;
    } catch (error) {
      if (generation !== this.#generation) return;
      row.kind = 'gap';
      row.text = `What was stored meanwhile could not be looked up: ${error.message}`;
    }
    this.changed();
  }

  /** The newest stored messages, so that the page does not start empty. */
  async #loadNewest(parameters) {
    const generation = this.#generation;
    this.history = { state: 'loading', error: null };
    try {
      const page = await this.page([...parameters, ['limit', String(FIRST_PAGE)]]);
      if (generation !== this.#generation) return;
      const entries = page.messages
        .filter(({ uuid }) => this.#isNew(uuid))
        .reverse()
        .map((message) => new Entry(message.text, this.#sequence++, this.now(), true));
      this.rows.unshift(entries);
      this.#olderCursor = page.next;
      this.#weigh(page);
      this.history = { state: 'loaded', error: null };
    } catch (error) {
      if (generation !== this.#generation) return;
      this.history = { state: 'failed', error };
    }
    this.changed();
    if (this.history.state === 'loaded' && this.#olderPage > HEAVY_PAGE) await this.older(SECOND_PAGE);
  }

  #weigh({ messages, characters }) {
    if (characters === undefined || messages.length === 0) return;
    this.#olderPage = characters / messages.length > HEAVY ? HEAVY_PAGE : OLDER_PAGE;
  }

  /** Older messages, behind the oldest row. */
  async older(limit = this.#olderPage || OLDER_PAGE) {
    if (!this.hasOlder || this.#loadingOlder) return;
    const generation = this.#generation;
    this.#loadingOlder = true;
    this.changed();
    try {
      const parameters = this.filters.map(({ name, value }) => [name, value]);
      const page = await this.page([...parameters, ['limit', String(limit)], ['after', this.#olderCursor]]);
      if (generation !== this.#generation) return;
      this.#weigh(page);
      const entries = page.messages.reverse().map((message) => new Entry(message.text, this.#sequence++, this.now(), true));
      this.#olderCursor = this.rows.unshift(entries) === entries.length ? page.next : null;
    } catch (error) {
      if (generation === this.#generation) this.history = { state: 'loaded', error };
      this.#olderCursor = null;
    } finally {
      this.#loadingOlder = false;
      this.changed();
    }
  }
}
