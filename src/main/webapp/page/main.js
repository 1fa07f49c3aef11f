// Starts the page.
import { html, render } from './ui.js';
import { identify } from './api/client.js';
import { App } from './app.js';
import { follow } from './state/route.js';
import { watch } from './state/health.js';

follow();
identify();
watch();
const place = document.getElementById('app');
place.replaceChildren();
render(html`<${App} />`, place);
