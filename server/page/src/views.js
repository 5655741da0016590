// Which views there are: their address, whether the menu has them, and what shows them.
import { showHistory } from './views/history.js';
import { showLive } from './views/live.js';
import { showRoster } from './views/roster.js';
import { showRound } from './views/round.js';
import { showServer } from './views/server.js';
import { showTasks } from './views/tasks.js';

const of = (path, menu, show) => ({ path, under: path, menu, names: 0, title: () => menu, show });

export const VIEWS = [
  of('live', 'Live', showLive),
  of('history', 'History', showHistory),
  of('roster', 'Roster', showRoster),
  of('tasks', 'Tasks', showTasks),
  of('server', 'Server', showServer),
  { path: 'round', under: 'history', names: 2, show: showRound,
    title: ([task, number]) => `${task}, round ${number}` },
];

// pieces: of the address. One that is none of ours is the first.
export function viewFor([first, ...names]) {
  const view = VIEWS.find((one) => one.path === first && one.names === names.length);
  return view ? { view, names } : { view: VIEWS[0], names: [] };
}
