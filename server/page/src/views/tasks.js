// Tasks: how they stand, and what an operator does to them.
import { announce } from '../announce.js';
import { ask, get, part } from '../api.js';
import { button, el, replaceRows, setText, table } from '../dom.js';
import { confirm } from '../confirm.js';
import { Refresher } from '../refresher.js';
import { taskForm } from '../task_form.js';

const EVERY_MS = 10000;
const HEADS = ['Task', 'State', { text: 'Waiting', class: 'number' },
  { text: 'Completed', class: 'number' }, 'Members', 'Vector', 'Made by', 'Actions'];

class Row {
  constructor(name, act) {
    this.name = name;
    this.cells = HEADS.map(() => el('td', {}));
    this.badge = el('span', { class: 'badge' });
    this.cells[1].append(this.badge);
    const make = (text, what, kind = '') => button(text, () => act(name, what),
      { class: kind, 'aria-label': `${text} ${name}`, data: { testid: `task-${what}` } });
    this.pause = make('Pause', 'pause');
    this.resume = make('Resume', 'resume');
    this.remove = make('Delete', 'delete', 'danger');
    this.cells[2].className = this.cells[3].className = 'number';
    this.cells[7].className = 'buttons';
    this.cells[7].append(this.pause, this.resume, this.remove);
    this.node = el('tr', { data: { testid: 'task-row', task: name, state: '' } }, this.cells);
  }

  // live: what the events say of it since, or nothing.
  update(task, live) {
    const { state, why, waiting, completed } = live ?? task;
    this.node.dataset.state = state;
    this.badge.dataset.state = state;
    setText(this.badge, why ? `${state}: ${why}` : state);
    setText(this.cells[0], task.task);
    setText(this.cells[2], String(waiting));
    setText(this.cells[3], task.rounds ? `${completed} of ${task.rounds}` : String(completed));
    setText(this.cells[4], `${task.n_min} to ${task.n_max}, ${task.max_corrupt} corrupt`);
    setText(this.cells[5], `${task.vector_length} × ${task.ring_bits} bits`
      + `${task.share_sum ? ', sum shared' : ''}`);
    setText(this.cells[6], task.configured ? 'configuration' : 'operator');
    this.pause.disabled = ['paused', 'finished', 'draining'].includes(state);
    // While a round runs it may have been paused already, to take effect at its end.
    this.resume.disabled = ['gathering', 'finished', 'draining'].includes(state);
    this.remove.hidden = task.configured;
  }
}

async function send(name, what) {
  const path = `/v1/tasks/${part(name)}`;
  if (what === 'delete') await ask(path, { method: 'DELETE' });
  else await ask(`${path}/${what}`, { method: 'POST' });
}

const DONE = { pause: 'paused; a round that runs goes on to its end', resume: 'resumed',
  delete: 'deleted; its records and results stay on the disk' };

export function showTasks({ main, store }) {
  const rows = new Map();
  let tasks = [];
  const list = table('Tasks', HEADS);
  const said = el('p', { class: 'hint', role: 'status' });
  const failed = el('p', { class: 'problem', role: 'alert', hidden: true });

  function show() {
    for (const name of rows.keys()) {
      if (!tasks.some((task) => task.task === name)) rows.delete(name);
    }
    for (const task of tasks) {
      if (!rows.has(task.task)) rows.set(task.task, new Row(task.task, act));
      rows.get(task.task).update(task, store.state.tasks.get(task.task));
    }
    const wanted = tasks.map((task) => rows.get(task.task).node);
    if (wanted.some((node, at) => list.body.children[at] !== node)
      || list.body.children.length !== wanted.length) replaceRows(list.body, wanted);
    list.node.hidden = tasks.length === 0;
  }

  async function act(name, what) {
    failed.hidden = true;
    if (what === 'delete' && !await confirm(`Delete ${name}?`, 'The task takes no more rounds. '
      + 'Its records and results stay on the disk. Until the server has started anew no other '
      + 'task can have its name.', 'Delete')) return;
    try {
      await send(name, what);
      setText(said, `${name}: ${DONE[what]}.`);
    } catch (error) {
      setText(failed, `${name}: ${error.message}`);
      failed.hidden = false;
    }
    refresher.soon();
  }

  const refresher = new Refresher(async (signal) => {
    tasks = (await get('/v1/tasks', { signal })).tasks;
    show();
  }, EVERY_MS);
  const form = taskForm((name) => {
    setText(said, `${name} is made.`);
    announce(`${name} is made`);
    refresher.soon();
  });
  main.append(refresher.node, failed, el('div', { class: 'stack' },
    el('p', { class: 'buttons' }, form.opener, said), list.node,
    el('p', { class: 'hint', text: 'A task of the configuration is not deleted here. Programs and '
      + 'files, payload and on_result, are named by the configuration only.' })), form.node);
  refresher.start();
  const unlisten = store.listen(show);
  return { stop() { unlisten(); refresher.stop(); } };
}
