// A JSON document as a tree: folds, search, copy of a part; every token as it was written.
import { html, useLayoutEffect, useMemo, useRef, useState } from '../ui.js';
import { bytes, many, number } from '../state/format.js';
import { Copy } from '../parts/small.js';
import { Icon } from '../parts/icons.js';
import { VirtualList } from '../parts/virtual.js';
import { find, Tree } from './rows.js';
import { pretty } from './scan.js';
import { visible, visibleLines } from './visible.js';

const HEIGHT = 22;
const OPEN_AT_FIRST = 200;
const LINE = 160;
const CHUNK = 20_000;
const LAID_OUT = 2_000_000;

/** Text of any length, shown a piece at a time. */
export function LongText({ text, label }) {
  const [shown, setShown] = useState(CHUNK);
  useLayoutEffect(() => setShown(CHUNK), [text]);
  return html`<div class="long-text"><pre tabIndex="0" aria-label=${label}>${visibleLines(text.slice(0, shown))}</pre>
    ${text.length > shown && html`<p><button type="button" onClick=${() => setShown(shown + CHUNK * 5)}>Show more</button> <span>${number(shown)} of ${number(text.length)} characters</span></p>`}</div>`;
}

function Value({ tree, node }) {
  if (node.folds) {
    const [open, close] = node.kind === 'object' ? ['{', '}'] : ['[', ']'];
    if (node.size === 0) return html`<span class="brace">${open}${close}</span>`;
    const what = node.kind === 'object' ? many(node.size, 'key') : many(node.size, 'item');
    return node.open ? html`<span class="brace">${open}</span>` : html`<span class="brace">${open}</span><span class="folded">${what}</span><span class="brace">${close}</span>`;
  }
  if (node.kind === 'string') {
    const text = visible(tree.string(node), LINE);
    return html`<bdi class="v-string">"${text}"</bdi>`;
  }
  return html`<span class=${`v-${node.kind}`}>${visible(tree.source(node), LINE)}</span>`;
}

/** @param {object} props text (JSON), label */
export function JsonView({ text, label }) {
  const { tree, error } = useMemo(() => {
    try {
      const made = new Tree(text);
      made.openUpTo(OPEN_AT_FIRST);
      return { tree: made, error: null };
    } catch (e) {
      if (!(e instanceof SyntaxError)) throw e;
      return { tree: null, error: e };
    }
  }, [text]);
  const [, setTurn] = useState(0);
  const [active, setActive] = useState(0);
  const [word, setWord] = useState('');
  const [place, setPlace] = useState(0);
  const list = useRef(null);
  const activeId = `json-${label.replace(/\W+/g, '-')}`;
  const places = useMemo(() => (word.length > 0 ? find(text, word) : []), [text, word]);
  useLayoutEffect(() => setActive(0), [text]); // before a key can be pressed
  if (error) {
    return html`<div class="json"><p class="muted">This is no JSON, so it is shown as it is.</p><${LongText} text=${text} label=${label} /></div>`;
  }
  const again = () => setTurn((n) => n + 1);
  const rows = tree.rows;
  const at = Math.min(active, rows.length - 1);
  const node = rows[at];
  const toggle = (index) => {
    if (rows[index].open) tree.close(index);
    else tree.open(index);
    again();
  };
  const show = (n) => {
    if (places.length === 0) return;
    const next = (n + places.length) % places.length;
    setPlace(next);
    const index = tree.reveal(places[next]);
    setActive(index);
    again();
    requestAnimationFrame(() => list.current.scrollTo(index));
  };
  const keys = (event) => {
    const go = (index) => {
      const to = Math.max(0, Math.min(rows.length - 1, index));
      setActive(to);
      list.current.scrollTo(to);
    };
    const parent = () => {
      for (let i = at - 1; i >= 0; i--) if (rows[i].depth < node.depth) return i;
      return 0;
    };
    const actions = {
      ArrowDown: () => go(at + 1),
      ArrowUp: () => go(at - 1),
      Home: () => go(0),
      End: () => go(rows.length - 1),
      PageDown: () => go(at + 15),
      PageUp: () => go(at - 15),
      ArrowRight: () => (node.folds && !node.open && node.size > 0 ? toggle(at) : go(at + 1)),
      ArrowLeft: () => (node.open ? toggle(at) : go(parent())),
      Enter: () => node.folds && toggle(at),
      ' ': () => node.folds && toggle(at),
    };
    if (event.ctrlKey || event.metaKey || event.altKey || !actions[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    actions[event.key]();
  };
  const row = (index) => {
    const one = rows[index];
    const found = places.length > 0 && !one.open && places[place] >= (rows[index - 1]?.open ? rows[index - 1].start : rows[index - 1]?.end ?? 0) && places[place] < one.end;
    return html`<div role="treeitem" id=${index === at ? activeId : undefined} class=${`json-row ${index === at ? 'active' : ''} ${found ? 'found' : ''}`} aria-level=${one.depth + 1} aria-expanded=${one.folds && one.size > 0 ? String(one.open) : undefined} aria-selected=${index === at ? 'true' : 'false'}
      data-index=${index} style=${{ paddingLeft: `${Math.min(one.depth, 40) * 16 + 4}px`, height: `${HEIGHT}px` }} title=${one.depth > 40 ? `level ${one.depth}` : undefined}>
      ${one.folds && one.size > 0 ? html`<span class=${one.open ? 'twist open' : 'twist'}><${Icon} name="fold" size="12" /></span>` : html`<span class="twist"></span>`}
      ${one.depth > 40 && html`<span class="depth">${one.depth}</span>`}${one.key !== null && html`<bdi class=${typeof one.key === 'number' ? 'index' : 'key'}>${typeof one.key === 'number' ? one.key : visible(one.key, 80)}</bdi><span class="colon">:</span>`}<${Value} tree=${tree} node=${one} /></div>`;
  };
  const long = !node.folds && node.end - node.start > LINE;
  return html`<div class="json">
    <div class="json-tools"><input type="search" placeholder="Search in it" aria-label=${`Search in ${label}`} value=${word} onInput=${(event) => { setWord(event.currentTarget.value); setPlace(-1); }}
        onKeyDown=${(event) => { if (event.key === 'Enter') { event.preventDefault(); show(place + (event.shiftKey ? -1 : 1)); } }} />
      ${word && html`<span class="muted" role="status">${places.length === 0 ? 'not found' : `${place >= 0 ? `${number(place + 1)} of ` : ''}${number(places.length)}${places.length === 10_000 ? ' or more' : ''}`}</span>`}
      ${places.length > 0 && html`<button type="button" class="quiet small" onClick=${() => show(place + 1)}>Next</button>`}
      <span class="grow"></span>
      <button type="button" class="quiet small" onClick=${() => { tree.openUpTo(20_000); again(); }}>Unfold</button><button type="button" class="quiet small" onClick=${() => { tree.closeAll(); setActive(0); again(); }}>Fold</button>
      <${Copy} small text=${() => (text.length > LAID_OUT ? text : pretty(text))} label=${`Copy ${label}`} /></div>
    <${VirtualList} class="json-tree" list=${list} count=${rows.length} height=${HEIGHT} row=${row} role="tree" aria-label=${label} tabIndex="0" aria-activedescendant=${activeId} onKeyDown=${keys}
      onClick=${(event) => { const hit = event.target.closest('.json-row'); if (!hit) return; const index = Number(hit.dataset.index); setActive(index); if (event.target.closest('.twist') || rows[index].folds) toggle(index); }}
      style=${{ height: `${Math.min(rows.length * HEIGHT + 10, 22 * 26)}px` }} />
    <div class="json-foot"><bdi class="path" title="JSON Pointer">${visible(node.path, 200) || '(the whole)'}</bdi><span class="muted">${node.kind}${node.kind === 'string' ? `, ${many(node.end - node.start - 2, 'character')}` : ''}</span><span class="grow"></span><span class="muted">${bytes(text.length)}</span>
      <${Copy} small text=${() => (node.kind === 'string' ? tree.string(node) : tree.source(node))} label="Copy this value">value</${Copy}></div>
    ${long && html`<${LongText} text=${node.kind === 'string' ? tree.string(node) : tree.source(node)} label="The whole value" />`}
  </div>`;
}
