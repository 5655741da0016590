// The charts below the rounds, and the choice of the task whose rounds they show.
import { get } from '../api.js';
import { RoundTimes, Traffic } from '../charts.js';
import { el } from '../dom.js';
import { Refresher } from '../refresher.js';
import { RoundList } from '../rounds.js';

const SHOWN = 40;

export class LiveCharts {
  constructor(store, meter) {
    this.list = new RoundList();
    this.times = new RoundTimes();
    this.traffic = new Traffic();
    this.task = el('select', {});
    this.task.addEventListener('change', () => this.show());
    this.choice = el('label', { class: 'choice', hidden: true }, el('span', { text: 'Task' }),
      this.task);
    this.times.node.firstChild.append(this.choice);
    this.refresher = new Refresher((signal) => this.load(signal));
    this.node = el('div', { class: 'columns charts' }, this.times.node, this.traffic.node);
    this.offEnd = store.onEnd(() => this.refresher.soon());
    this.offMeter = meter.listen(() => this.traffic.update(meter));
    this.traffic.update(meter);
    this.refresher.start();
  }

  async load(signal) {
    const tasks = (await get('/v1/tasks', { signal })).tasks.map((one) => one.task);
    await this.list.refresh(tasks, signal);
    const known = [...this.task.options].map((option) => option.value);
    for (const task of tasks) {
      if (!known.includes(task)) this.task.append(el('option', { value: task, text: task }));
    }
    this.choice.hidden = tasks.length < 2;
    this.show();
  }

  show() {
    const task = this.task.value;
    const rounds = this.list.newestFirst().filter((round) => round.task === task).slice(0, SHOWN);
    this.times.update(task, rounds.reverse());
  }

  stop() {
    this.offEnd();
    this.offMeter();
    this.refresher.stop();
    this.times.stop();
    this.traffic.stop();
  }
}
