import { button, find, h } from './element.ts';

const SHOWN_FOR = 8000;

/** A line at the bottom of the page with one thing to do about it. It takes no room from the page. */
export function toast(text: string, action: string, act: () => void): void {
  const root = find('#toasts');
  const away = () => message.remove();
  const message = h(
    'div',
    { class: 'toast' },
    h('span', {}, text),
    button(action, {}, () => {
      away();
      act();
    }),
  );
  root.replaceChildren(message);
  setTimeout(away, SHOWN_FOR);
}
