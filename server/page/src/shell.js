// The frame of the page: heading, navigation, connection; and which view the address asks for.
import { announce } from './announce.js';
import { token } from './api.js';
import { button, el, setText } from './dom.js';
import { parseAddress } from './address.js';
import { themeButton } from './theme_button.js';
import { VIEWS, viewFor } from './views.js';

const CONNECTION = { connecting: 'Connecting…', live: 'Live', lost: 'Connection lost' };

export class Shell {
  constructor(app, store, meter, signOut) {
    this.app = app;
    this.store = store;
    this.meter = meter;
    this.signOut = signOut;
    this.view = null;
    this.onAddress = () => this.show(true);
  }

  // moveFocus: what had it is gone.
  start(moveFocus) {
    this.connection = el('p', { class: 'connection', role: 'status',
      data: { testid: 'connection', state: 'connecting' } });
    this.links = VIEWS.filter((view) => view.menu).map((view) =>
      el('a', { href: `#/${view.path}`, text: view.menu, data: { path: view.path } }));
    this.main = el('main', { id: 'main', tabindex: '-1' });
    this.app.replaceChildren(
      el('header', { class: 'bar' },
        el('a', { class: 'brand', href: '#/live', text: 'blindsum' }),
        el('nav', { 'aria-label': 'Views' }, this.links), this.connection, themeButton(),
        token() ? button('Sign out', this.signOut, { class: 'quiet' }) : null),
      this.main);
    this.unlisten = this.store.listen(() => this.showConnection());
    addEventListener('hashchange', this.onAddress);
    this.showConnection();
    this.show(moveFocus);
  }

  stop() {
    removeEventListener('hashchange', this.onAddress);
    this.unlisten();
    this.view?.stop?.();
  }

  showConnection() {
    const { state, pauseMs } = this.store.connection;
    const shown = this.connection.dataset.state;
    // A try that fails at once would flicker.
    if (state === 'connecting' && shown === 'lost') return;
    this.connection.dataset.state = state;
    const again = state === 'lost' ? `, next try in ${Math.ceil(pauseMs / 1000)} s` : '';
    setText(this.connection, CONNECTION[state] + again);
  }

  show(moveFocus) {
    const address = parseAddress(location.hash);
    const { view, names } = viewFor(address.path);
    this.view?.stop?.();
    this.main.replaceChildren();
    const heading = el('h1', { tabindex: '-1' });
    this.main.append(heading);
    const setTitle = (title) => {
      setText(heading, title);
      document.title = `${title} · blindsum`;
    };
    setTitle(view.title(names));
    for (const link of this.links) {
      if (link.dataset.path === view.under) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    const { main, store, meter } = this;
    this.view = view.show({ main, store, meter, names, query: address.query, setTitle });
    if (moveFocus) {
      heading.focus();
      scrollTo(0, 0);
      announce(view.title(names));
    }
  }
}
