// The members of a running round as a table: what the dots show, in words. Made when it is opened.
import { el, setText, table } from '../dom.js';
import { stateOf } from '../state.js';

export class MemberTable {
  constructor(nameOf) {
    this.nameOf = nameOf;
    this.rows = new Map();
    this.summary = el('summary', {});
    this.holder = el('div', {});
    this.node = el('details', { class: 'members', data: { testid: 'member-table' } },
      this.summary, this.holder);
    this.node.addEventListener('toggle', () => this.rebuild());
  }

  update(round, members) {
    this.round = round;
    setText(this.summary, `Members as a table (${round.members.size})`);
    if (!this.node.open) return;
    if (members === null) {
      if (this.rows.size !== round.members.size || this.of !== round) return this.rebuild();
      for (const index of round.members.keys()) this.fill(index);
    } else {
      for (const index of members) this.fill(index);
    }
    return undefined;
  }

  rebuild() {
    this.rows.clear();
    this.holder.replaceChildren();
    if (!this.node.open || !this.round) return;
    this.of = this.round;
    const { node, body } = table(`Members of round ${this.round.round}`,
      ['Index', 'Name', 'State', 'Reason']);
    const sorted = [...this.round.members.keys()].sort((a, b) => a - b);
    for (const index of sorted) {
      body.append(this.make(index));
      this.fill(index);
    }
    this.body = body;
    this.holder.append(node);
  }

  make(index) {
    const cells = [String(index), '', '', ''].map((text) => el('td', { text }));
    const data = { testid: 'member-row', member: String(index), state: '' };
    const node = el('tr', { data }, cells);
    this.rows.set(index, { node, cells });
    return node;
  }

  fill(index) {
    const member = this.round.members.get(index);
    if (!this.rows.has(index)) this.body.append(this.make(index));
    const { node, cells } = this.rows.get(index);
    const state = stateOf(member);
    node.dataset.state = state;
    setText(cells[1], this.nameOf(index));
    setText(cells[2], state === 'dropped' ? `dropped in ${member.droppedIn}`
      : state === 'offered' ? 'offered, no answer yet' : `answered ${state}`);
    setText(cells[3], member.reason);
  }
}
