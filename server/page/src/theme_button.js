import { button, setText } from './dom.js';
import { chosenTheme, nextTheme } from './theme.js';

const label = (theme) => `Theme: ${theme}`;

export function themeButton() {
  const node = button(label(chosenTheme()), () => setText(node, label(nextTheme())),
    { data: { testid: 'theme-toggle' }, class: 'quiet' });
  return node;
}
