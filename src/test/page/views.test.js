import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrow, lanes, mermaid, svg } from '../../main/webapp/page/conversation/diagram.js';
import { dump } from '../../main/webapp/page/json/dump.js';
import { layout } from '../../main/webapp/page/graph/layout.js';
import { common, groups, kindOfReason } from '../../main/webapp/page/letters/groups.js';
import { parse, perSecond, sample } from '../../main/webapp/page/overview/metrics.js';
import { troubles } from '../../main/webapp/page/overview/advice.js';
import { receive } from '../../main/webapp/page/search/receive.js';

const message = (source, destinations, more = {}) => ({ source, destinations, type: 'request', topic: null, ack: null, origin: '2026-01-01T00:00:00Z', ...more });

test('lanes in the order of appearance, and one for all others', () => {
  const all = lanes([message('b', ['a']), message('a', ['c'])], ['a']);
  assert.deepEqual(all, ['a', 'b', 'c']);
  assert.deepEqual(arrow(all, message('b', ['a', 'c'])), { from: 1, to: [0, 2] });
  assert.deepEqual(arrow(all, message('b', [])), { from: 1, to: [1] });
  assert.deepEqual(arrow(all, message('b', ['a', 'z']), ['a']), { from: 1, to: [0] });
  const many = lanes(Array.from({ length: 100 }, (_, i) => message(`s${i}`, [])));
  assert.equal(many.length, 24);
  assert.equal(many.at(-1), null);
  assert.deepEqual(arrow(many, message('s99', ['s0'])), { from: 23, to: [0] });
});

test('hostile names end up as text in Mermaid and SVG', () => {
  const evil = [message('a"; <script>\n%%{init}%%', ['end']), message('end', ['a"; <script>\n%%{init}%%'], { type: '</text><script>' })];
  const text = mermaid(evil);
  assert.equal(text.trim().split('\n').length, 5);
  assert.doesNotMatch(text, /<script>|%%\{/);
  assert.doesNotMatch(svg(evil), /<script>/);
  assert.match(svg(evil), /&lt;script&gt;/);
});

test('a graph is laid out the same each time, within its frame', () => {
  const edges = [{ from: 0, to: 1, weight: 1 }, { from: 1, to: 2, weight: 0.2 }, { from: 3, to: 3, weight: 1 }];
  const places = layout(4, edges);
  assert.deepEqual(places, layout(4, edges));
  for (const { x, y } of places) assert.ok(x >= 0 && x <= 1 && y >= 0 && y <= 1);
  assert.deepEqual(layout(0, []), []);
  assert.deepEqual(layout(1, []), [{ x: 0.5, y: 0.5 }]);
});

test('dead letters of one reason are one group', () => {
  const letter = (dead_letter_id, reason, kind = 'invalid') => ({ dead_letter_id, reason, kind });
  const found = groups([letter(1, '/message_uuid: "a" is not a valid UUID'), letter(2, '/message_uuid: "b\\"c" is not a valid UUID'), letter(3, 'more than 1048576 bytes', 'too-large')]);
  assert.deepEqual(found.map(({ letters }) => letters.length), [2, 1]);
  assert.equal(kindOfReason('/3/message_uuid: 12 bytes'), '/#/message_uuid: # bytes');
  assert.equal(common(found[0].pattern), 'is not a valid UUID');
});

test('metrics are read, and a counter that starts anew gives no rate', () => {
  const text = '# TYPE x\nmessage_logger_stored_total{mp_scope="application",} 12.0\nmessage_logger_batch_time_seconds{quantile="0.95",} 0.5\nother 1\n';
  const now = sample(parse(text), 2_000);
  assert.equal(now.stored, 12);
  assert.equal(now.batchMs, 500);
  assert.equal(now.queued, null);
  assert.equal(perSecond({ at: 1_000, stored: 2 }, now, 'stored'), 10);
  assert.equal(perSecond({ at: 1_000, stored: 20 }, now, 'stored'), null);
});

test('queues are told apart, and one of which nothing is known', () => {
  const text = '{a}orders,audit'.split(',').map((name, i) => `message_logger_queue_queued{mp_scope="application",queue="${name}"} ${i === 0 ? '12' : 'NaN'}\nmessage_logger_queue_claimed{queue="${name}",mp_scope="application"} ${i === 0 ? '3.0' : 'NaN'}\nmessage_logger_queue_oldest_seconds{queue="${name}"} ${i === 0 ? '0.5' : 'NaN'}\n`).join('');
  assert.deepEqual(sample(parse(text), 0).queues, [{ name: 'audit', queued: null, claimed: null, oldest: null }, { name: '{a}orders', queued: 12, claimed: 3, oldest: 0.5 }]);
  assert.deepEqual(sample(parse('message_logger_stored_total 1'), 0).queues, []);
});

test('what is wrong is said in words', () => {
  assert.deepEqual(troubles({ known: true, reachable: true, checks: [{ name: 'redis', status: 'UP' }] }), []);
  const [first, second] = troubles({ known: true, reachable: true, checks: [{ name: 'drainer', status: 'DOWN', data: { reason: 'it waits', since: '2026-01-01T00:00:00Z' } }, { name: 'database', status: 'DOWN' }] });
  assert.equal(first.title, 'The database is away');
  assert.equal(second.reason, 'it waits');
  const ofOne = { name: 'drainer', status: 'DOWN', data: { reason: 'Redis at localhost:6379, queue audit:eu: WRONGTYPE Operation against a key' } };
  assert.equal(troubles({ known: true, reachable: true, checks: [ofOne] })[0].title, 'Messages of the queue audit:eu are not being stored');
  assert.equal(troubles({ known: true, reachable: false, since: 0, checks: [] })[0].name, 'server');
});

test('an export counts its lines as they come, whole when they are cut anywhere, and ends when it is cancelled', async () => {
  const pieces = ['{"n":1}\n{"n"', ':2}\n', '{"n":3}\n'].map((text) => new TextEncoder().encode(text));
  const response = () => ({ body: { getReader: () => ({ at: 0, async read() { return { done: this.at >= pieces.length, value: pieces[this.at++] }; } }) } });
  const told = [];
  const { lines, size, blob } = await receive(response(), { aborted: false }, (progress) => told.push(progress));
  assert.deepEqual([lines, size, await blob.text()], [3, 24, '{"n":1}\n{"n":2}\n{"n":3}\n']);
  assert.deepEqual(told[0], { lines: 1, size: 12 });
  await assert.rejects(receive(response(), { aborted: true }, () => {}), { name: 'AbortError' });
});

test('bytes are dumped as they are', () => {
  assert.deepEqual(dump(new Uint8Array([0x7b, 0x22, 0xc3, 0xa4, 0x0a])), [`000000  7b 22 c3 a4 0a${' '.repeat(33)}  {"...`]);
  assert.equal(dump(new Uint8Array(100_000), 4096).length, 256);
});
