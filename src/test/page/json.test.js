import assert from 'node:assert/strict';
import { test } from 'node:test';
import { children, document, items, members, pretty } from '../../main/webapp/page/json/scan.js';
import { find, Tree } from '../../main/webapp/page/json/rows.js';
import { visible, visibleLines, visibleName } from '../../main/webapp/page/json/visible.js';

const sources = (text) => {
  const tree = new Tree(text);
  tree.openUpTo(1000);
  return tree.rows.map((node) => (node.folds ? node.kind : tree.source(node)));
};

test('numbers keep every digit', () => {
  assert.deepEqual(sources('[9007199254740993,12345678901234567.89,1.10,1e400,-0,0.000]'), ['array', '9007199254740993', '12345678901234567.89', '1.10', '1e400', '-0', '0.000']);
});

test('keys keep their order, also those that look like numbers, and doubles stay', () => {
  const text = '{"b":1,"10":2,"2":3,"__proto__":4,"b":5}';
  assert.deepEqual([...children(text, 0)].map(({ key }) => key), ['b', '10', '2', '__proto__', 'b']);
  assert.equal(members(text).get('__proto__'), '4');
});

test('strings end where they end', () => {
  const text = String.raw`{"a\"":"\\","b":"\\\"}","c":"}\u0041"}`;
  const tree = new Tree(text);
  tree.open(0);
  assert.deepEqual(tree.rows.slice(1).map((node) => [node.key, tree.string(node)]), [['a"', '\\'], ['b', '\\"}'], ['c', '}A']]);
});

test('nesting of any depth is read', () => {
  const depth = 50_000;
  const text = '['.repeat(depth) + ']'.repeat(depth);
  assert.deepEqual(document(text), { start: 0, end: depth * 2 });
  const tree = new Tree('['.repeat(500) + '1' + ']'.repeat(500));
  tree.openUpTo(1000);
  assert.equal(tree.rows.length, 501);
});

test('what is no JSON is said to be none', () => {
  for (const text of ['', '  ', '{', '[1', '"a', 'hello', '{"a" 1}x', '1 2', '{"a":1}}', 'nul', '01', 'undefined']) {
    assert.throws(() => document(text), SyntaxError, text);
  }
  assert.equal(members('[1]'), null);
  assert.equal(members('nonsense'), null);
});

test('items of an answer are the texts as they came', () => {
  assert.deepEqual(items(' [ {"a": 1.0} , {"b":"],"} ] '), ['{"a": 1.0}', '{"b":"],"}']);
  assert.deepEqual(items('[]'), []);
});

test('laid out text has the same tokens', () => {
  assert.equal(pretty('{"a":[1.10,{}],"b":"x:,{"}'), '{\n  "a": [\n    1.10,\n    {}\n  ],\n  "b": "x:,{"\n}');
});

test('folding and unfolding', () => {
  const tree = new Tree('{"a":{"b":[1,2]},"c":3}');
  tree.open(0);
  tree.open(1);
  tree.open(2);
  assert.deepEqual(tree.rows.map(({ path }) => path), ['', '/a', '/a/b', '/a/b/0', '/a/b/1', '/c']);
  tree.close(1);
  assert.deepEqual(tree.rows.map(({ path }) => path), ['', '/a', '/c']);
});

test('what is found is revealed, in a value and in a key', () => {
  const text = '{"one":{"two":["x","needle"]},"needles":1}';
  const [inValue, inKey] = find(text, 'NEEDLE');
  const tree = new Tree(text);
  const at = (place) => {
    const row = tree.reveal(place);
    return tree.rows[row].path;
  };
  assert.equal(at(inValue), '/one/two/1');
  assert.equal(at(inKey), '/needles');
});

test('ten thousand keys and a megabyte are read in no time', () => {
  const text = `{${Array.from({ length: 10_000 }, (_, i) => `"k${i}":"${'v'.repeat(100)}"`).join(',')}}`;
  const start = performance.now();
  const tree = new Tree(text);
  tree.openUpTo(200);
  assert.equal(tree.rows.length, 1, 'too many to unfold by itself');
  tree.open(0);
  assert.equal(tree.rows.length, 10_001);
  assert.ok(performance.now() - start < 1000);
});

test('what hides or turns text is shown', () => {
  assert.equal(visible('a\u202Eb\u2066c\u200Fd'), 'a‹U+202E›b‹U+2066›c‹U+200F›d');
  assert.equal(visible('\u001b[31mred\u0000\r\n\u007f\u0085'), '␛[31mred␀␍␊␡‹U+0085›');
  assert.equal(visible('\ud800 \udc00 😀'), '‹U+D800› ‹U+DC00› 😀');
  assert.equal(visible('zero\u200bwidth\ufeff\u{e0041}'), 'zero‹U+200B›width‹U+FEFF›‹U+E0041›');
  assert.equal(visibleLines('a\n\tb\u202e'), 'a\n\tb‹U+202E›');
  assert.equal(visible('x'.repeat(2000), 10), 'xxxxxxxxxx… (1,990 more)');
  assert.equal(visible('xx😀xx', 3), 'xx… (4 more)');
  assert.equal(visibleName('  a b '), '␠␠a b␠');
  assert.equal(visibleName(''), '(empty)');
});
