// What is shown to who is not in yet.
import { el, problem } from './dom.js';
import { themeButton } from './theme_button.js';

function frame(app, ...content) {
  app.replaceChildren(el('main', { id: 'main', class: 'login', tabindex: '-1' },
    el('div', { class: 'login-head' }, el('h1', { text: 'blindsum' }), themeButton()), ...content));
}

export function showProblem(app, text) {
  document.title = 'blindsum';
  frame(app, problem(text));
}

// act(token): an empty one is not passed on.
export function askForToken(app, why, act) {
  document.title = 'Sign in · blindsum';
  const input = el('input', { id: 'token', type: 'password', autocomplete: 'off', required: true,
    spellcheck: 'false', 'aria-describedby': why ? 'login-problem token-help' : 'token-help',
    'aria-invalid': why ? 'true' : null, data: { testid: 'login-token' } });
  const submit = el('button', { type: 'submit', class: 'primary', text: 'Sign in',
    data: { testid: 'login-submit' } });
  const form = el('form', { class: 'panel' },
    why ? el('p', { class: 'problem', id: 'login-problem', role: 'alert', text: why,
      data: { testid: 'login-problem' } }) : null,
    el('label', { for: 'token', text: 'Operator’s token' }), input,
    el('p', { class: 'hint', id: 'token-help',
      text: 'What is in the file that [admin] names as token. It is kept until this tab is '
        + 'closed.' }),
    submit);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text) return;
    submit.disabled = true;
    // A header takes visible characters only; anything else is no token.
    if (/^[\x21-\x7e]+$/.test(text)) await act(text);
    else askForToken(app, 'A token has visible ASCII characters only.', act);
  });
  frame(app, form);
  input.focus();
}
