// Saves what the API gives: a link could not send the token.
import { ask } from './api.js';
import { button, el } from './dom.js';

async function save(path, name) {
  const blob = await (await ask(path)).blob();
  const address = URL.createObjectURL(blob);
  el('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

// problem: where it is said what went wrong.
export function downloadButton(text, path, name, problem) {
  const node = button(text, async () => {
    node.disabled = true;
    problem.hidden = true;
    try {
      await save(path, name);
    } catch (error) {
      problem.textContent = `${name}: ${error.message}`;
      problem.hidden = false;
    }
    node.disabled = false;
  });
  return node;
}
