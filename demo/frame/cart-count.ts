import * as cart from '../shop/cart.ts';
import { find } from './element.ts';

/** The number beside "Cart", also when another tab or the back button changed it. */
export function cartCount(): void {
  const show = () => {
    find('.cart-count').textContent = String(cart.count());
  };
  document.addEventListener('cart', show);
  window.addEventListener('storage', show);
  window.addEventListener('pageshow', show);
  show();
}
