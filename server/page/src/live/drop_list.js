// Who was dropped, by name, with the phase and the reason.
import { el, setText } from '../dom.js';

const MOST = 60;

export class DropList {
  constructor(nameOf) {
    this.nameOf = nameOf;
    this.shown = -1;
    this.heading = el('h3', {});
    this.list = el('ul', {});
    this.node = el('div', { class: 'drops' }, this.heading, this.list);
  }

  update(round) {
    const dropped = [...round.members].filter(([, member]) => member.droppedIn);
    const key = `${round.round} ${dropped.length} ${this.nameOf(dropped[0]?.[0])}`;
    this.node.dataset.count = String(dropped.length);
    if (key === this.shown) return;
    this.shown = key;
    setText(this.heading, dropped.length === 0 ? 'Nobody dropped' : `Dropped: ${dropped.length}`);
    const entries = dropped.slice(0, MOST).map(([index, member]) =>
      el('li', { data: { testid: 'live-drop', member: String(index) } },
        el('b', { text: this.nameOf(index) }), ` ${member.droppedIn}: `,
        el('code', { text: member.reason })));
    if (dropped.length > MOST) {
      entries.push(el('li', { text: `and ${dropped.length - MOST} more, in the table` }));
    }
    this.list.replaceChildren(...entries);
  }
}
