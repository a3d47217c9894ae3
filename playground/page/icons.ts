import { createElement as h, type ReactNode } from 'react';

/** Drawn, as machines without an emoji font would show boxes. */
const paths = {
  pushpin:
    'M9.5 1.5 14.5 6.5 13.3 7.1 12.4 7 9.6 9.8 9.3 12.3 8.3 13.3 5.6 10.6 2 14.2 5.2 10.2 2.7 7.7 3.7 6.7 6.2 6.4 9 3.6 8.9 2.7Z',
  lock: 'M4 7V5a4 4 0 0 1 8 0v2h1v7H3V7Zm2 0h4V5a2 2 0 0 0-4 0Z',
  bolt: 'M9 1 3 9h4l-1 6 7-9H8Z',
};

export type Icon = keyof typeof paths;

export function drawIcon(icon: Icon): ReactNode {
  return h(
    'svg',
    { className: `icon ${icon}`, viewBox: '0 0 16 16', 'aria-hidden': true },
    h('path', { d: paths[icon] }),
  );
}

/** An emoji by its name, as far as it can be drawn. */
export function drawEmoji(name: string): ReactNode {
  return name === 'pushpin' ? drawIcon('pushpin') : `:${name}:`;
}
