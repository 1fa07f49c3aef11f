// The page: the live feed over the WebSocket at the root, and what is stored over REST.
const SHOWN = 200; // rows kept on the page
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const byId = (id) => document.getElementById(id);
const rows = byId('messages');
let live = true;
let paused = false;
let waiting = []; // frames that came since the last repaint

function parse(text) {
  try {
    const value = JSON.parse(text);
    return value !== null && typeof value === 'object' ? value : { message_data: value };
  } catch {
    return { message_data: text }; // whatever is published is shown, also when it is no message
  }
}

function row(text) {
  const message = parse(text);
  const cells = [
    message.origin_ts,
    message.source_subject_id,
    Array.isArray(message.destination_subject_ids) ? message.destination_subject_ids.join(', ') : '',
    message.topic,
    message.message_type,
    message.message_data === undefined ? '' : JSON.stringify(message.message_data),
  ];
  const line = document.createElement('tr');
  line.tabIndex = 0;
  for (const cell of cells) {
    const element = line.insertCell();
    element.textContent = cell ?? '';
    element.title = element.textContent.slice(0, 1000);
  }
  line.addEventListener('click', () => show(text));
  line.addEventListener('keydown', (event) => event.key === 'Enter' && show(text));
  return line;
}

function show(text) {
  // Printed from the text itself where it is no JSON; numbers keep the digits that JavaScript can hold.
  let printed = text;
  try { printed = JSON.stringify(JSON.parse(text), null, 2); } catch { /* not JSON: as it is */ }
  byId('json').textContent = printed;
  byId('detail').showModal();
}

function paint() {
  if (!live || paused || waiting.length === 0) return;
  const newest = waiting.slice(-SHOWN).reverse().map(row);
  waiting = [];
  rows.prepend(...newest);
  while (rows.rows.length > SHOWN) rows.deleteRow(-1);
  byId('empty').hidden = true;
}

function state(name, text) {
  byId('state').dataset.state = name;
  byId('state').textContent = text;
}

function connect(pause = 500) {
  const address = new URL('.', location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(address);
  socket.onopen = () => { pause = 500; state('live', 'live'); };
  socket.onmessage = (event) => {
    if (typeof event.data !== 'string') return; // bytes that are no text
    waiting.push(event.data);
    if (waiting.length > SHOWN) waiting = waiting.slice(-SHOWN);
  };
  socket.onclose = (event) => {
    state('lost', event.reason ? `disconnected: ${event.reason}` : 'disconnected, trying again');
    setTimeout(() => connect(Math.min(pause * 2, 10000)), pause);
  };
}

function goLive() {
  live = true;
  byId('live').setAttribute('aria-pressed', 'true');
  byId('title').textContent = 'Live: every message from now on';
  byId('empty').textContent = 'Nothing yet. Push a message onto the queue and it appears here.';
  byId('empty').hidden = false;
  rows.replaceChildren();
}

async function find(query) {
  const path = UUID.test(query) ? `messages/${query}` : `messages/subject/${encodeURIComponent(query)}?limit=${SHOWN}`;
  live = false;
  byId('live').setAttribute('aria-pressed', 'false');
  byId('title').textContent = `Stored: ${query}`;
  rows.replaceChildren();
  byId('empty').hidden = false;
  byId('empty').textContent = 'Looking…';
  try {
    const response = await fetch(path);
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.detail);
    const found = Array.isArray(answer) ? answer : [answer];
    rows.replaceChildren(...found.map((message) => row(JSON.stringify(message))));
    byId('empty').hidden = found.length > 0;
    byId('empty').textContent = 'No message has this subject.';
  } catch (problem) {
    byId('empty').textContent = problem.message;
  }
}

byId('find').addEventListener('submit', (event) => {
  event.preventDefault();
  const query = byId('query').value.trim();
  if (query) find(query);
});
byId('live').addEventListener('click', goLive);
byId('pause').addEventListener('click', () => {
  paused = !paused;
  byId('pause').setAttribute('aria-pressed', String(paused));
});
setInterval(paint, 100);
connect();
