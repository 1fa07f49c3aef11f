import assert from 'node:assert/strict';
import { test } from 'node:test';
import { envelopes, FeedClient } from '../../main/webapp/page/feed/client.js';
import { Buffer } from '../../main/webapp/page/feed/buffer.js';
import { Rate } from '../../main/webapp/page/feed/rate.js';
import { LiveSession, Notice } from '../../main/webapp/page/live/session.js';
import { fields } from '../../main/webapp/page/message/parse.js';
import { status } from '../../main/webapp/page/live/status.js';

const message = (uuid, more = '') => `{"message_uuid":"${uuid}","origin_ts":"2026-01-01T00:00:00Z","source_subject_id":"s"${more}}`;

/** A world with sockets and a clock that only the test moves. */
function world() {
  const sockets = [];
  const timers = [];
  let now = 1_000_000;
  class Socket {
    constructor(url) {
      this.url = new URL(url);
      sockets.push(this);
    }

    close() {
      this.closed = true;
    }
  }
  const clock = {
    now: () => now,
    setTimeout: (task, ms) => {
      const timer = { task, at: now + ms };
      timers.push(timer);
      return timer;
    },
    clearTimeout: (timer) => {
      const index = timers.indexOf(timer);
      if (index >= 0) timers.splice(index, 1);
    },
  };
  const pass = async (ms) => {
    const until = now + ms;
    for (;;) {
      const due = timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      timers.splice(timers.indexOf(due), 1);
      now = due.at;
      due.task();
      await settle();
    }
    now = until;
  };
  return { sockets, clock, pass, Socket, last: () => sockets[sockets.length - 1] };
}

const settle = async () => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

async function client(options = {}) {
  const w = world();
  const seen = { messages: [], notices: [], states: [] };
  const feed = new FeedClient({
    base: 'ws://host/',
    WebSocket: w.Socket,
    ...w.clock,
    handlers: { messages: (texts) => seen.messages.push(...texts), notice: (notice) => seen.notices.push(notice), state: (state) => seen.states.push(state) },
    ...options,
  });
  feed.start();
  await settle();
  return { ...w, feed, seen };
}

test('envelopes are known from messages', () => {
  assert.equal(envelopes('{"type":"heartbeat","cursor":"c"}')[0].type, 'heartbeat');
  assert.equal(envelopes(`[{"type":"message","cursor":"c","message":${message('u', ',"x":1.10')}}]`)[0].message, message('u', ',"x":1.10'));
  assert.equal(envelopes(message('u', ',"type":"message","cursor":"c"')), null);
  assert.equal(envelopes('{"type":"message"}'), null);
  assert.equal(envelopes('hello'), null);
  assert.equal(envelopes('[1]'), null);
  assert.equal(envelopes('[]'), null);
});

test('with another token a feed that ended with its token goes on from the cursor, without a word', async () => {
  let renewals = 0;
  const { feed, seen, sockets, last, pass } = await client({ renew: async () => ++renewals < 3 });
  last().onopen();
  last().onmessage({ data: `[{"type":"message","cursor":"c1","message":${message('u1')}}]` });
  last().onclose({ code: 1008, reason: 'token expired' });
  await settle();
  assert.equal(sockets.length, 2);
  assert.equal(last().url.searchParams.get('since'), 'c1');
  assert.ok(!seen.states.some(({ phase }) => phase === 'denied' || phase === 'waiting'));
  last().onopen();
  assert.deepEqual(seen.notices, []);
  await pass(15_000);
  last().onclose({ code: 1008, reason: 'token expired' });
  await settle();
  assert.equal(sockets.length, 3);
  last().onclose({ code: 1008, reason: 'not allowed' }); // at once again: it is not the age of the token
  await settle();
  assert.equal(renewals, 2);
  assert.equal(feed.state.phase, 'denied');
});

test('a lost connection is resumed from the cursor', async () => {
  const { feed, seen, last, pass } = await client({ parameters: [['topic', 'a']] });
  assert.equal(last().url.searchParams.get('envelope'), '1');
  assert.equal(last().url.searchParams.get('topic'), 'a');
  assert.equal(last().url.searchParams.get('since'), null);
  last().onopen();
  last().onmessage({ data: `[{"type":"message","cursor":"c1","message":${message('u1')}},{"type":"message","cursor":"c2","message":${message('u2')}}]` });
  assert.deepEqual(seen.messages, [message('u1'), message('u2')]);
  assert.equal(feed.state.mode, 'envelope');
  last().onclose({ code: 1001, reason: '' });
  await settle();
  assert.equal(feed.state.phase, 'waiting');
  assert.equal(seen.notices[0].kind, 'lost');
  await pass(1000);
  assert.equal(last().url.searchParams.get('since'), 'c2');
  last().onopen();
  assert.deepEqual({ ...seen.notices[1], lostAt: 0 }, { kind: 'back', lostAt: 0, resumed: true });
  last().onmessage({ data: '{"type":"caught_up","cursor":"c2"}' });
  assert.equal(seen.notices[2].kind, 'caught_up');
});

test('a plain feed is understood', async () => {
  const { feed, seen, last, pass } = await client();
  last().onopen();
  last().onmessage({ data: message('u1') });
  last().onmessage({ data: 'not JSON' });
  assert.equal(feed.state.mode, 'plain');
  assert.deepEqual(seen.messages, [message('u1'), 'not JSON']);
  last().onclose({ code: 1006, reason: '' });
  await settle();
  await pass(1000);
  last().onopen();
  assert.equal(seen.notices.at(-1).resumed, false);
});

test('a connection that is silent though it has heartbeats is given up', async () => {
  const { feed, sockets, last, pass } = await client();
  last().onopen();
  last().onmessage({ data: '{"type":"heartbeat","cursor":"c"}' });
  await pass(24_000);
  assert.equal(feed.state.phase, 'open');
  await pass(2_000);
  assert.equal(sockets[0].closed, true);
  assert.notEqual(feed.state.phase, 'open');
});

test('a feed that never opens is tried plain as well, and a refused question is said', async () => {
  const { last, pass, sockets } = await client();
  for (let i = 0; i < 2; i++) {
    last().onclose({ code: 1006, reason: '' });
    await settle();
    await pass(10_000);
  }
  assert.equal(sockets.length >= 3, true);
  assert.equal(sockets[2].url.search, '');

  const refused = await client({ explain: async () => 'topic: no such thing' });
  refused.last().onclose({ code: 1006, reason: '' });
  await settle();
  assert.equal(refused.feed.state.phase, 'refused');
  assert.equal(refused.feed.state.reason, 'topic: no such thing');
  await refused.pass(60_000);
  assert.equal(refused.sockets.length, 1);
});

test('a client without rights does not go on trying; a slow one waits longer', async () => {
  const denied = await client();
  denied.last().onopen();
  denied.last().onclose({ code: 1008, reason: 'token expired' });
  await denied.pass(60_000);
  assert.equal(denied.sockets.length, 1);
  assert.equal(denied.feed.state.phase, 'denied');

  const slow = await client();
  slow.last().onopen();
  slow.last().onclose({ code: 1013, reason: '' });
  await settle();
  await slow.pass(3_000);
  assert.equal(slow.sockets.length, 1);
  await slow.pass(5_000);
  assert.equal(slow.sockets.length, 2);
});

test('a buffer keeps the newest and counts what it drops', () => {
  const buffer = new Buffer(3, 1000);
  buffer.push([1, 2, 3, 4].map((n) => ({ text: String(n) })));
  assert.deepEqual([...buffer].map(({ text }) => text), ['2', '3', '4']);
  assert.equal(buffer.dropped, 1);
  assert.equal(buffer.at(0).text, '2');
  const bytes = new Buffer(1000, 10);
  bytes.push(Array.from({ length: 9 }, () => ({ text: 'xxxx' })));
  assert.equal(bytes.length, 2);
  assert.equal(bytes.characters, 8);
  bytes.clear();
  assert.equal(bytes.unshift([{ text: '12345678' }, { text: '123456' }]), 1);
  for (let i = 0; i < 50_000; i++) buffer.push([{ text: 'y' }]);
  assert.equal(buffer.length, 3);
});

test('a rate is of whole seconds', () => {
  const rate = new Rate(10);
  rate.add(5, 1_000);
  rate.add(5, 1_999);
  rate.add(1, 3_000);
  assert.deepEqual(rate.counts(4_000).slice(-3), [10, 0, 1]);
  assert.equal(rate.current(4_000, 2), 0.5);
  assert.deepEqual(rate.counts(600_000), new Array(9).fill(0));
});

/** A live session over feeds that the test speaks for. */
function live(pages = []) {
  let handlers;
  let feeds = 0;
  let now = 1_000_000;
  const asked = [];
  const session = new LiveSession({
    page: async (parameters) => {
      asked.push(parameters);
      const answer = pages.shift() ?? { messages: [], next: null };
      if (answer instanceof Error) throw answer;
      return answer;
    },
    feed: (options) => {
      feeds++;
      handlers = options.handlers;
      return { start: () => handlers.state({ phase: 'open', mode: 'plain', since: now, reason: '', tries: 0 }), stop() {}, now() {} };
    },
    changed: () => {},
    now: () => now,
  });
  return { session, asked, feeds: () => feeds, handlers: () => handlers, pass: (ms) => { now += ms; } };
}

const drawn = (session) => Array.from({ length: session.count }, (_, i) => session.at(i)).map((row) => (row instanceof Notice ? `(${row.kind})` : row.fields.uuid));
const uuids = (session) => {
  session.show();
  return drawn(session);
};

test('it does not start empty, and what is stored and sent at once is shown once', async () => {
  const { session, handlers } = live([{ messages: [fields(message('3')), fields(message('2'))], next: 'older' }, { messages: [fields(message('1'))], next: null }]);
  session.start([]);
  handlers().messages([message('3'), message('4')]);
  await settle();
  assert.deepEqual(uuids(session), ['4', '3', '2']);
  assert.ok(session.hasOlder);
  await session.older();
  assert.deepEqual(uuids(session), ['4', '3', '2', '1']);
  assert.ok(!session.hasOlder);
});

test('while it is paused nothing moves and nothing is dropped unsaid', async () => {
  const { session, handlers } = live();
  session.start([]);
  await settle();
  handlers().messages([message('a')]);
  session.show();
  session.pause('reader');
  session.pause('hold');
  handlers().messages(Array.from({ length: 500 }, (_, i) => message(`b${i}`)));
  assert.deepEqual(uuids(session), ['a']);
  assert.equal(session.waiting.length, 500);
  session.resume('hold');
  assert.equal(session.paused, 'reader');
  session.resume();
  assert.equal(session.rows.length, 501);
  session.show();
  session.pause('reader');
  handlers().messages(Array.from({ length: 20_010 }, (_, i) => message(`c${i}`)));
  session.resume();
  assert.equal(uuids(session).filter((uuid) => uuid === '(gap)').length, 1);
});

test('what was not painted yet when it is paused waits too', async () => {
  const { session, handlers } = live();
  session.start([]);
  await settle();
  handlers().messages([message('a'), message('b')]);
  session.show();
  handlers().messages([message('c'), message('d')]);
  session.pause('hold');
  assert.deepEqual(uuids(session), ['b', 'a']);
  session.pause('scroll');
  handlers().messages([message('e')]);
  assert.equal(session.waiting.length, 3);
  session.resume();
  session.pause('hold'); // before these have been painted
  assert.deepEqual(uuids(session), ['b', 'a']);
  session.resume();
  assert.deepEqual(uuids(session), ['e', 'd', 'c', 'b', 'a']);
  session.pause('hold');
  assert.deepEqual(uuids(session), ['e', 'd', 'c', 'b', 'a']);
});

test('between two paintings the list is the one that was painted, though a part of it is drawn again', async () => {
  const { session, handlers } = live();
  session.start([]);
  await settle();
  handlers().messages([message('a')]);
  assert.deepEqual(uuids(session), ['a']);
  handlers().messages([message('b')]);
  assert.deepEqual(drawn(session), ['a']); // as when the list is scrolled or Esc lets go of a row
  assert.equal(session.at(1), undefined);
  session.pause('scroll'); // as Home does
  assert.deepEqual(drawn(session), ['a']);
  session.resume();
  assert.deepEqual(uuids(session), ['b', 'a']);
  handlers().messages(Array.from({ length: 40_000 }, (_, i) => message(`c${i}`))); // more than it keeps
  assert.equal(session.count, 0);
  assert.equal(session.at(0), undefined);
  assert.equal(uuids(session).length, 30_000);
});

test('after a gap of the plain feed what was stored meanwhile is looked up', async () => {
  const { session, handlers, asked, pass } = live([{ messages: [], next: null }, { messages: [fields(message('c')), fields(message('b')), fields(message('a'))], next: null }]);
  session.start([{ name: 'topic', value: 't' }]);
  await settle();
  handlers().messages([message('a', ',"topic":"t"'), message('x', ',"topic":"other"')]);
  handlers().notice({ kind: 'lost', lostAt: 1_000_000, reason: 'The server has stopped.' });
  pass(3_000);
  handlers().notice({ kind: 'back', lostAt: 1_000_000, resumed: false });
  await settle();
  assert.deepEqual(uuids(session), ['c', 'b', '(good)', '(lost)', 'a']);
  assert.deepEqual(asked.at(-1).find(([name]) => name === 'since'), ['since', new Date(995_000).toISOString()]);
});

test('a gap that the server refills is said to be refilled', async () => {
  const { session, handlers } = live();
  session.start([], '5m');
  await settle();
  handlers().notice({ kind: 'gap', from: 'c1', to: 'c2' });
  assert.deepEqual(uuids(session), ['(gap)']);
  handlers().notice({ kind: 'refilled', from: 'c1', to: 'c2' });
  handlers().notice({ kind: 'caught_up', cursor: 'c2' });
  assert.deepEqual(uuids(session), ['(good)', '(good)']);
  assert.match(session.at(0).text, /Replayed 0 stored messages/);
});

test('the same question goes on, another begins anew', async () => {
  const { session, feeds } = live();
  session.start([{ name: 'topic', value: 'a' }]);
  session.start([{ name: 'topic', value: 'a' }]);
  assert.equal(feeds(), 1);
  session.start([]);
  assert.equal(feeds(), 2);
});

test('an answer that comes after another question is not looked at', async () => {
  let release;
  const slow = new Promise((resolve) => { release = resolve; });
  const { session } = live([slow, { messages: [fields(message('new'))], next: null }]);
  session.start([{ name: 'topic', value: 'old' }]);
  session.start([]);
  await settle();
  release({ messages: [fields(message('old'))], next: null });
  await settle();
  assert.deepEqual(uuids(session), ['new']);
});

test('it is green only while messages really come', () => {
  const open = { phase: 'open', mode: 'plain', since: 0, reason: '', tries: 0 };
  const well = { known: true, reachable: true, since: 0, checks: [{ name: 'redis', status: 'UP' }, { name: 'feed', status: 'UP' }] };
  const tone = (feed, health, paused = '') => status({ ...open, ...feed }, { ...well, ...health }, paused, 5).tone;
  assert.equal(tone({}, {}), 'good');
  assert.equal(tone({}, {}, 'reader'), 'warn');
  assert.equal(tone({}, { reachable: false }), 'bad');
  assert.equal(tone({}, { checks: [{ name: 'redis', status: 'DOWN', data: { reason: 'gone' } }] }), 'bad');
  assert.equal(tone({}, { checks: [{ name: 'feed', status: 'DOWN' }] }), 'bad');
  assert.equal(tone({}, { checks: [{ name: 'database', status: 'DOWN' }] }), 'warn');
  for (const phase of ['waiting', 'refused', 'denied']) assert.equal(tone({ phase }, {}), 'bad');
  for (const phase of ['connecting', 'closed']) assert.equal(tone({ phase }, {}), 'idle');
});
