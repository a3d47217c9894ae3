import { shorten } from './shorten.ts';
import type { FoldedSignal } from './signal.ts';
import { sourceTitle } from './source-title.ts';

/** `PagerDuty #1234`: who tells it, and what people call it. */
export function incidentName({ source, reference }: FoldedSignal): string {
  return reference === null ? sourceTitle(source) : `${sourceTitle(source)} ${shorten(reference, 40)}`;
}

/** `critical, still open, checkout`: what its title does not say. */
export function incidentState({ severity, state, services }: FoldedSignal): string {
  const known = services.map((service) => shorten(service, 60)).filter((service) => service !== '');
  return [
    ...(severity === null ? [] : [severity]),
    state === 'resolved' ? 'resolved' : state === 'acknowledged' ? 'acknowledged' : 'open',
    ...known.slice(0, 3),
  ].join(', ');
}
