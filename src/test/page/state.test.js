import assert from 'node:assert/strict';
import { test } from 'node:test';
import { change, parse, print, value } from '../../main/webapp/page/state/url.js';
import { asked, between, bucket, duration, full, instant, latency, moment, short } from '../../main/webapp/page/state/time.js';
import { bytes, compact, shell } from '../../main/webapp/page/state/format.js';
import { exactly, fromText, inRange, matches, meaning, minus, plus, words } from '../../main/webapp/page/filter/filter.js';
import { fields } from '../../main/webapp/page/message/parse.js';

test('a state and its address are the same', () => {
  for (const state of [
    { view: 'live', argument: '', parameters: [] },
    { view: 'search', argument: '', parameters: [['topic', 'a&b=c#d?'], ['topic', '!x*'], ['since', '1h']] },
    { view: 'message', argument: '../x y/%', parameters: [] },
    { view: 'search', argument: '', parameters: [['subject', ' .. '], ['q', 'ü 😀 +']] },
  ]) {
    assert.deepEqual(parse(print(state)), state);
  }
  assert.equal(parse('').view, 'live');
  assert.equal(parse('#/message/%').argument, '%');
});

test('parameters are changed by name', () => {
  const parameters = [['topic', 'a'], ['topic', 'b'], ['since', '1h']];
  assert.deepEqual(change(parameters, { since: null, until: 'x' }), [['topic', 'a'], ['topic', 'b'], ['until', 'x']]);
  assert.equal(value(parameters, 'since'), '1h');
});

test('times keep their microseconds and know any offset', () => {
  assert.deepEqual(instant('2026-03-02T09:15:00.250001+01:00'), { ms: Date.UTC(2026, 2, 2, 8, 15, 0, 250), micros: 1 });
  assert.equal(instant('2026-03-02 09:15:00+0530').ms, Date.UTC(2026, 2, 2, 3, 45));
  assert.equal(instant('2026-03-02T09:15:00-05').ms, Date.UTC(2026, 2, 2, 14, 15));
  assert.equal(instant('yesterday'), null);
  assert.equal(instant(null), null);
  assert.equal(full('2026-03-02T09:15:00.250001+01:00', 'utc'), '2026-03-02 08:15:00.250001 UTC');
  assert.equal(short('2026-03-02T09:15:00Z', 'utc', Date.UTC(2026, 2, 2, 23)), '09:15:00.000');
  assert.equal(short('2026-03-02T09:15:00Z', 'utc', Date.UTC(2026, 2, 3)), '03-02 09:15:00.000');
  assert.equal(short('2026-03-02T09:15:00Z', 'utc', Date.UTC(2027, 2, 2)), '2026-03-02 09:15:00');
  assert.equal(short('no time', 'utc'), 'no time');
  assert.equal(between('2026-03-02T09:15:00.000001Z', '2026-03-02T09:15:00.0015Z'), 1.499);
});

test('durations and ranges', () => {
  assert.equal(duration('36h'), 36 * 3_600_000);
  assert.equal(duration('x'), null);
  assert.equal(moment('1m', 60_000), 0);
  assert.deepEqual(asked('1m', '', 120_000), [['since', '1970-01-01T00:01:00.000Z']]);
  assert.deepEqual(asked('2026-01-01T00:00:00Z', null), [['since', '2026-01-01T00:00:00Z']]);
  assert.ok(inRange('2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'));
  assert.ok(!inRange('2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'));
});

test('figures are short', () => {
  assert.deepEqual([0, 9.96, 999, 1000, 99_949, 999_999, 1.5e9].map(compact), ['0', '10', '999', '1k', '99.9k', '1M', '1.5G']);
  assert.deepEqual([999, 1500, 1_048_576].map(bytes), ['999 B', '1.5 kB', '1 MB']);
  assert.deepEqual([0.5, 12.4, 2100, 65_000].map(latency), ['0.5 ms', '12 ms', '2.10 s', '65 s']);
  assert.equal(shell("it's"), `'it'\\''s'`);
});

test('values of filters mean what the API says', () => {
  assert.deepEqual(meaning('!ord*'), { not: true, prefix: true, text: 'ord' });
  assert.deepEqual(meaning('\\!x\\*'), { not: false, prefix: false, text: '!x*' });
  for (const name of ['plain', '!bang', 'star*', '!both*', ' blanks ', '..', '*', '\\!x', 'x\\*', '\\\\*', '!', '\\']) {
    assert.deepEqual(meaning(exactly(name)), { not: false, prefix: false, text: name }, name);
    assert.deepEqual(meaning(exactly(name, true)), { not: true, prefix: false, text: name }, name);
  }
  assert.deepEqual(words({ name: 'topic', value: '!ord*' }), ['topic', 'does not start with', 'ord']);
});

test('what is typed becomes a filter', () => {
  assert.deepEqual(fromText('topic=orders'), { name: 'topic', value: 'orders' });
  assert.deepEqual(fromText('Topic != orders'), { name: 'topic', value: '! orders' });
  assert.deepEqual(fromText('data.Order.State=paid=yes'), { name: 'data.Order.State', value: 'paid=yes' });
  assert.deepEqual(fromText('http://x'), { name: 'q', value: 'http://x' });
  assert.deepEqual(fromText('unknown=x'), { name: 'q', value: 'unknown=x' });
  assert.deepEqual(fromText('subject= blank '), { name: 'subject', value: ' blank ' });
  assert.equal(fromText('topic='), null);
  assert.equal(fromText('  '), null);
});

test('filters are there once', () => {
  const a = { name: 'topic', value: 'a' };
  assert.deepEqual(plus([a], a), [a]);
  assert.deepEqual(plus([{ name: 'ack', value: 'missing' }], { name: 'ack', value: 'present' }), [{ name: 'ack', value: 'present' }]);
  assert.deepEqual(minus([a], { ...a }), []);
});

test('a message is read without a loss', () => {
  const read = fields('{"message_uuid":"u","origin_ts":"t","source_subject_id":"s","destination_subject_ids":["d","e"],"message_data":{"n":9007199254740993},"topic":null,"message_type":7}');
  assert.equal(read.data, '{"n":9007199254740993}');
  assert.deepEqual(read.destinations, ['d', 'e']);
  assert.equal(read.topic, null);
  assert.equal(read.type, '7');
  assert.ok(read.known);
});

test('what is no message is shown whole', () => {
  for (const text of ['hello', '[1]', '{"some":"json"}', '{"a":', '"text"', '{"source_subject_id":"\\ud800\\x"}', '']) {
    const read = fields(text);
    assert.equal(read.known, false, text);
    assert.equal(read.data, text);
  }
});

test('a message meets filters as on the server', () => {
  const message = fields('{"message_uuid":"u","origin_ts":"2026-01-01T00:00:00Z","ack_ts":"2026-01-01T00:00:02Z","source_subject_id":"agent-1","destination_subject_ids":["b"],"topic":"orders","message_data":{"word":"Paid"}}');
  const meets = (...filters) => matches(filters.map(([name, value]) => ({ name, value })), message);
  assert.ok(meets(['subject', 'b']));
  assert.ok(meets(['subject', 'x'], ['subject', 'agent-*']));
  assert.ok(!meets(['subject', '!b']));
  assert.ok(meets(['topic', '!payments'], ['ack', 'present'], ['min_ack_ms', '2000']));
  assert.ok(!meets(['max_ack_ms', '1999']));
  assert.ok(!meets(['type', 'x']));
  assert.ok(meets(['q', 'paid']));
  assert.ok(!meets(['q', 'paid never']));
});

test('a histogram has neither too many bars nor too few', () => {
  assert.deepEqual(['15m', '1h', '6h', '24h', '7d', '365d'].map((text) => bucket(duration(text))), ['1m', '1m', '5m', '15m', '6h', '1d']);
});
