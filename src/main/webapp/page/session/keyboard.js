// The sheet of keys.
import { html } from '../ui.js';
import { Dialog } from '../parts/small.js';

const KEYS = [
  ['Everywhere', [['?', 'this sheet'], ['1 … 6', 'the views, from left to right'], ['/', 'find by uuid or subject'], ['f', 'filter'], ['Esc', 'close what is open'], ['Alt + ←', 'back']]],
  ['In a list', [['↑ ↓ or k j', 'row by row'], ['Page ↑ Page ↓', 'by the page'], ['Home End', 'first, last'], ['Enter', 'open the message']]],
  ['Live', [['p', 'pause, go on'], ['x', 'clear']]],
  ['In JSON', [['→ ←', 'unfold, fold'], ['Enter', 'unfold or fold'], ['Enter in its search', 'next place; with Shift the one before']]],
];

export function KeyboardSheet({ onClose }) {
  return html`<${Dialog} title="Keyboard" onClose=${onClose}><div class="sheet">${KEYS.map(([title, keys]) => html`<section><h3>${title}</h3><dl>${keys.map(([key, what]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${what}</dd></div>`)}</dl></section>`)}</div></${Dialog}>`;
}
