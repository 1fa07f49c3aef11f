// Bytes as they are: where, in hexadecimal, and as ASCII where they are.
import { html, useState } from '../ui.js';
import { dump } from '../json/dump.js';
import { number } from '../state/format.js';

const AT_FIRST = 4096;
const MORE = 16_384;

/** @param {object} props bytes, a Uint8Array of any length: as much is shown as is asked for */
export function Hex({ bytes }) {
  const [shown, setShown] = useState(AT_FIRST);
  return html`<div class="long-text"><pre class="hex" tabIndex="0" aria-label="Bytes">${dump(bytes, shown).join('\n')}</pre>
    ${bytes.length > shown && html`<p><button type="button" onClick=${() => setShown(shown + MORE)}>Show more</button> <span>${number(shown)} of ${number(bytes.length)} bytes</span></p>`}</div>`;
}
