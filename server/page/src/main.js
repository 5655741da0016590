// Begins: asks who we are, then shows what the address says.
import { ApiError, get, setToken, token, whenRefused } from './api.js';
import { askForToken, showProblem } from './login.js';
import { Meter } from './meter.js';
import { Shell } from './shell.js';
import { Store } from './store.js';
import { EventStream } from './stream.js';

const app = document.getElementById('app');
const RETRY_MS = 3000;
let running = null;

function stop() {
  running?.stream.stop();
  running?.shell.stop();
  running?.meter.stop();
  running = null;
}

function begin(moveFocus) {
  const store = new Store();
  const meter = new Meter();
  const shell = new Shell(app, store, meter, signOut);
  const stream = new EventStream({
    // What was missed, too: the numbers of events are a process's own, so all is asked for anew.
    onOpen: () => Promise.all([store.loadSnapshot(), store.loadNames()]).catch(() => {}),
    onEvent: (name, data) => {
      store.take(name, data);
      // One that is finished may have been deleted, which the snapshot knows.
      const unsure = name === 'lost' || (name === 'task' && data.state === 'finished');
      if (unsure) store.loadSnapshot().catch(() => {});
    },
    onState: (state, pauseMs) => store.setConnection(state, pauseMs),
  });
  running = { stream, shell, meter };
  shell.start(moveFocus);
  stream.start();
}

function signOut() {
  stop();
  setToken(null);
  login('');
}

function login(why) {
  askForToken(app, why, async (text) => {
    setToken(text);
    return enter(true);
  });
}

// Whether we are in; if not, what is shown says why.
async function enter(moveFocus) {
  try {
    await get('/v1/status');
  } catch (error) {
    if (!(error instanceof ApiError)) {
      showProblem(app, 'The server does not answer. Trying again…');
      setTimeout(() => enter(moveFocus), RETRY_MS);
    } else if (error.status === 401) {
      const given = token() !== null;
      setToken(null);
      login(given ? 'The server does not take this token.' : '');
    } else if (error.name === 'no_access_configured') {
      showProblem(app, 'This server lets nobody in: its [admin] has neither a token nor a '
        + 'client_ca. See docs/admin.md.');
    } else if (error.name === 'certificate_required') {
      showProblem(app, 'This server wants a certificate of its operators’ authority, and the '
        + 'browser has shown none. Put one into the browser, and load the page again.');
    } else {
      showProblem(app, error.message);
    }
    return;
  }
  begin(moveFocus);
}

whenRefused(() => {
  if (!running) return;
  stop();
  setToken(null);
  login('The server does not take the token any more.');
});
// By hand: its address would be taken for a view.
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  document.getElementById('main')?.focus();
});
enter(false);
