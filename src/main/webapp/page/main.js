// Starts the page.
import { html, render } from './ui.js';
import { identify } from './api/client.js';
import { App } from './app.js';
import { complete } from './session/openid.js';
import { failed } from './session/session.js';
import { follow, read } from './state/route.js';
import { watch } from './state/health.js';

const refused = await complete();
read();
follow();
if (refused) failed(refused);
else identify();
watch();
const place = document.getElementById('app');
place.replaceChildren();
render(html`<${App} />`, place);
