// Which views there are: the first piece of their address, and how they are called.
import { showLive } from './views/live.js';

export const VIEWS = [
  { path: 'live', under: 'live', menu: 'Live', title: () => 'Live', show: showLive },
];

export function viewFor([first = 'live', ...names]) {
  const view = VIEWS.find((one) => one.path === first && (one.names ?? 0) === names.length);
  return view ? { view, names } : { view: VIEWS[0], names: [] };
}
