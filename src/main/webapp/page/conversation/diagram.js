// A sequence of messages as lanes and arrows, as Mermaid and as SVG.
import { visible, visibleName } from '../json/visible.js';
import { instant } from '../state/time.js';

const MOST_LANES = 24;

/** Who takes part, in the order of appearance; those of `first` come first. Beyond `MOST_LANES` all others are one, null. */
export function lanes(messages, first = []) {
  const names = new Set(first);
  for (const { source, destinations } of messages) {
    names.add(source ?? '');
    for (const name of destinations) names.add(name);
    if (names.size > MOST_LANES * 4) break;
  }
  const all = [...names];
  return all.length <= MOST_LANES ? all : [...all.slice(0, MOST_LANES - 1), null];
}

/** The index of a name's lane; the last one for those without a lane of their own. */
export function laneOf(all, name) {
  const index = all.indexOf(name ?? '');
  return index >= 0 ? index : all.length - 1;
}

/** {from, to: [indexes]} of a message. One to nobody goes to its own lane. */
export function arrow(all, { source, destinations }, only = null) {
  const from = laneOf(all, source);
  const names = only ? destinations.filter((name) => only.includes(name)) : destinations;
  const to = [...new Set((names.length > 0 ? names : destinations).slice(0, 50).map((name) => laneOf(all, name)))];
  return { from, to: to.length > 0 ? to : [from] };
}

/** What stands at an arrow. */
export function label({ type, topic }) {
  return visibleName(type ?? topic ?? 'message', 60);
}

/** Text that Mermaid takes as text: what means something to it is written as a number. */
function escaped(text) {
  return visible(text, 120).replace(/[#;:<>&"'`%{}()[\]\\|@^~*_+=\r\n-]/g, (c) => (c === '-' || c === '_' ? c : `#${c.codePointAt(0)};`));
}

/** The messages as a Mermaid sequence diagram. */
export function mermaid(messages, first = [], only = null) {
  const all = lanes(messages, first);
  const lines = ['sequenceDiagram', ...all.map((name, i) => `  participant p${i} as ${escaped(name === null ? 'others' : name || '(empty)')}`)];
  for (const message of messages) {
    const { from, to } = arrow(all, message, only);
    for (const index of to) lines.push(`  p${from}${message.ack === null ? '-->>' : '->>'}p${index}: ${escaped(label(message))}`);
  }
  return `${lines.join('\n')}\n`;
}

const xml = (text) => text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);

/** The messages as an SVG image that stands alone. */
export function svg(messages, first = [], only = null) {
  const all = lanes(messages, first);
  const wide = 190;
  const high = 34;
  const width = 130 + all.length * wide;
  const height = 60 + messages.length * high + 20;
  const x = (index) => 130 + wide * index + wide / 2;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/><defs><marker id="a" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 1L9 5L0 9z" fill="#0f5f76"/></marker></defs>`,
  ];
  all.forEach((name, i) => {
    parts.push(`<line x1="${x(i)}" y1="46" x2="${x(i)}" y2="${height - 10}" stroke="#b9c5d3"/><rect x="${x(i) - 80}" y="14" width="160" height="30" rx="6" fill="#d9eef3" stroke="#0f5f76"/><text x="${x(i)}" y="33" text-anchor="middle" fill="#14202e">${xml(visibleName(name ?? 'others', 24))}</text>`);
  });
  messages.forEach((message, i) => {
    const y = 60 + i * high + 22;
    const { from, to } = arrow(all, message, only);
    parts.push(`<text x="8" y="${y}" fill="#4a5a6d">${xml((message.origin ?? '').slice(11, 23))}</text>`);
    for (const index of to) {
      const dashed = message.ack === null ? ' stroke-dasharray="5 4"' : '';
      parts.push(index === from
        ? `<path d="M${x(from)} ${y - 6}h40v10h-36" fill="none" stroke="#0f5f76" marker-end="url(#a)"${dashed}/>`
        : `<line x1="${x(from)}" y1="${y}" x2="${x(index)}" y2="${y}" stroke="#0f5f76" stroke-width="1.4" marker-end="url(#a)"${dashed}/>`);
    }
    parts.push(`<text x="${(x(from) + x(to[0])) / 2 + (to[0] === from ? 48 : 0)}" y="${y - 6}" text-anchor="${to[0] === from ? 'start' : 'middle'}" fill="#14202e">${xml(label(message))}</text>`);
  });
  return `${parts.join('\n')}\n</svg>\n`;
}

/** Milliseconds from one message to the next; null when a time is missing. */
export function pauseBetween(before, message) {
  const a = instant(before?.origin);
  const b = instant(message.origin);
  return a && b ? b.ms - a.ms : null;
}
