// What runs now: a card a task.
import { announce } from '../announce.js';
import { el } from '../dom.js';
import { LiveCharts } from '../live/live_charts.js';
import { RoundCard } from '../live/round_card.js';

const CLOCK_MS = 250;

export function showLive({ main, store, meter }) {
  const cards = new Map();
  const list = el('div', { class: 'cards' });
  const none = el('p', { class: 'empty', text: 'No task yet.' });
  const charts = new LiveCharts(store, meter);
  main.append(none, el('div', { class: 'stack' }, list, charts.node));

  function update(changes) {
    for (const [name, card] of cards) {
      if (store.state.tasks.has(name)) continue;
      card.stop();
      cards.delete(name);
    }
    for (const [name, task] of store.state.tasks) {
      let card = cards.get(name);
      if (!card) {
        card = new RoundCard(store, name);
        cards.set(name, card);
        list.append(card.node);
        card.update(task, null);
      } else if (changes === null || changes.has(name)) {
        card.update(task, changes === null ? null : changes.get(name));
      }
    }
    none.hidden = cards.size > 0;
  }

  const unlisten = store.listen(update);
  // Not by the cards: the next round may begin before a frame has shown the end of this one.
  const offEnd = store.onEnd((end) => announce(`${end.task}, round ${end.round}: ${end.outcome}, `
    + `${end.reason}, ${end.members} members, ${end.dropped} dropped`, true));
  const clock = setInterval(() => { for (const card of cards.values()) card.tick(); }, CLOCK_MS);
  update(null);
  return {
    stop() {
      unlisten();
      offEnd();
      clearInterval(clock);
      charts.stop();
      for (const card of cards.values()) card.stop();
    },
  };
}
