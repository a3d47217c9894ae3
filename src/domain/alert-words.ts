import { shorten } from './shorten.ts';
import type { FoldedSignal } from './signal.ts';
import { formatDuration } from './since/format.ts';
import { sourceTitle } from './source-title.ts';

/** `PagerDuty #1234`: who tells it, and what people call it. */
export function alertName({ source, reference }: FoldedSignal): string {
  return reference === null ? sourceTitle(source) : `${sourceTitle(source)} ${shorten(reference, 40)}`;
}

/** `critical, resolved after 21 min, checkout`: what its title does not say. */
export function alertState({ severity, state, services, startedAt, resolvedAt }: FoldedSignal): string {
  const known = services.map((service) => shorten(service, 60)).filter((service) => service !== '');
  const length = resolvedAt === null ? 0 : resolvedAt.getTime() - startedAt.getTime();
  const after = length > 0 ? ` after ${formatDuration(length)}` : '';
  return [
    ...(severity === null ? [] : [severity]),
    state === 'resolved' ? `resolved${after}` : state === 'acknowledged' ? 'acknowledged' : 'open',
    ...known.slice(0, 3),
  ].join(', ');
}
