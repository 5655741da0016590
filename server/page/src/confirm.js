// A question that is answered before anything is done. Escape is no.
import { button, el } from './dom.js';

export function confirm(title, text, yes) {
  return new Promise((resolve) => {
    const node = el('dialog', { 'aria-labelledby': 'confirm-title', 'aria-describedby':
      'confirm-text', data: { testid: 'confirm' } },
      el('h2', { id: 'confirm-title', text: title }), el('p', { id: 'confirm-text', text }),
      el('p', { class: 'buttons' },
        button('Cancel', () => node.close('')),
        button(yes, () => node.close('yes'),
          { class: 'danger', data: { testid: 'confirm-yes' } })));
    node.addEventListener('close', () => {
      node.remove();
      resolve(node.returnValue === 'yes');
    });
    document.body.append(node);
    node.showModal();
  });
}
