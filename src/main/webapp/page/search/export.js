// The whole result as a file, with progress, until it is done or cancelled.
import { html, useRef, useState } from '../ui.js';
import { request } from '../api/client.js';
import { Menu } from '../parts/small.js';
import { Icon } from '../parts/icons.js';
import { bytes, number } from '../state/format.js';
import { receive } from './receive.js';

function save(blob, name) {
  const url = URL.createObjectURL(blob);
  Object.assign(document.createElement('a'), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export function Export({ parameters }) {
  const [state, setState] = useState(null);
  const controller = useRef(null);
  const start = async (format) => {
    controller.current?.abort();
    const mine = (controller.current = new AbortController());
    setState({ format, lines: 0, size: 0, running: true });
    try {
      const response = await request('messages', { parameters: [...parameters, ['format', format]], signal: mine.signal });
      const { blob, lines, size } = await receive(response, mine.signal, (progress) => setState({ format, ...progress, running: true }));
      save(blob, `messages-${new Date().toISOString().slice(0, 19).replace(/:/g, '')}.${format}`);
      setState({ format, lines, size, running: false, done: true });
    } catch (e) {
      if (e.name === 'AbortError') setState(null);
      else setState((now) => ({ ...now, running: false, error: e.status === undefined ? 'The export broke off; nothing was saved. Try again.' : e.message }));
    }
  };
  return html`<${Menu} label="Export" icon="download" text="Export" align="right">
      <p class="menu-help">All that meets the filters, not only what is shown.</p>
      <button type="button" class="item" onClick=${() => start('ndjson')}>NDJSON, a message a line</button><button type="button" class="item" onClick=${() => start('csv')}>CSV, for a spreadsheet</button></${Menu}>
    ${state && html`<div class="progress-note" role="status">${state.running
      ? html`<span class="spinner" aria-hidden="true"></span>Exporting ${number(state.lines)} lines, ${bytes(state.size)}<button type="button" class="quiet small" onClick=${() => controller.current.abort()}>Cancel</button>`
      : state.error ? html`<span class="error">${state.error}</span>` : html`<${Icon} name="check" size="16" />Saved ${number(state.lines)} lines, ${bytes(state.size)}`}
      ${!state.running && html`<button type="button" class="quiet small" aria-label="Dismiss" onClick=${() => setState(null)}><${Icon} name="close" size="14" /></button>`}</div>`}`;
}
