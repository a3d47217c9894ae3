import { addMinutes } from 'date-fns';
import { expect, it } from 'vitest';
import { type Timed, measuresOf } from './measures.ts';

const onset = new Date('2026-11-20T15:59:00Z');
const minute = 60_000;

function timed(given: Partial<Timed> & { readonly startIsSaid?: boolean }): Timed {
  const said = { scope: false, title: false, start: given.startIsSaid ?? false };
  return { startedAt: onset, openedAt: addMinutes(onset, 5), mitigatedAt: null, resolvedAt: null, ...given, said };
}

it.each<[string, Timed, number | null, number | null]>([
  ['when somebody opened it', timed({}), null, 5],
  ['when its first alert began', timed({}), 2, 2],
  ['when somebody opened it, an alert coming later', timed({}), 9, 5],
  ['at an unknown time, the onset being taken from its alert', timed({}), 0, null],
  ['at an unknown time, the onset being when it was opened', timed({ openedAt: onset }), null, null],
  ['at once, where a person said that it began then', timed({ openedAt: onset, startIsSaid: true }), null, 0],
  ['at once, where a person said that it began after its alert', timed({ startIsSaid: true }), -3, 0],
])('is detected %s', (_, incident, alertAfter, expected) => {
  const alert = alertAfter === null ? null : addMinutes(onset, alertAfter);

  expect(measuresOf(incident, alert).toDetect).toBe(expected === null ? null : expected * minute);
});

it('counts from the onset until it was mitigated and resolved', () => {
  const measures = measuresOf(timed({ mitigatedAt: addMinutes(onset, 14), resolvedAt: addMinutes(onset, 40) }), null);

  expect(measures).toMatchObject({ toMitigate: 14 * minute, toResolve: 40 * minute });
});

it.each([
  ['is not over', timed({})],
  [
    'ended before it is said to have begun',
    timed({ mitigatedAt: addMinutes(onset, -1), resolvedAt: addMinutes(onset, -1) }),
  ],
])('does not say how long what %s took', (_, incident) => {
  expect(measuresOf(incident, null)).toMatchObject({ toMitigate: null, toResolve: null });
});
