// Bytes as they are: where, in hexadecimal, and as ASCII where they are.
import { html, useState } from '../ui.js';
import { number } from '../state/format.js';

const AT_FIRST = 4096;
const MORE = 16_384;
const WIDE = 16;

/** The lines of a dump from 0 up to `end`. */
export function dump(bytes, end = bytes.length) {
  const lines = [];
  for (let at = 0; at < Math.min(end, bytes.length); at += WIDE) {
    const row = [...bytes.subarray(at, at + WIDE)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    lines.push(`${at.toString(16).padStart(6, '0')}  ${hex.padEnd(WIDE * 3 - 1)}  ${row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('')}`);
  }
  return lines;
}

/** @param {object} props bytes, a Uint8Array of any length: as much is shown as is asked for */
export function Hex({ bytes }) {
  const [shown, setShown] = useState(AT_FIRST);
  return html`<div class="long-text"><pre class="hex" tabIndex="0" aria-label="Bytes">${dump(bytes, shown).join('\n')}</pre>
    ${bytes.length > shown && html`<p><button type="button" onClick=${() => setShown(shown + MORE)}>Show more</button> <span>${number(shown)} of ${number(bytes.length)} bytes</span></p>`}</div>`;
}
