import { subMinutes } from 'date-fns';
import { expect, it } from 'vitest';
import { anAlert, askedAt } from '../../test/answers.ts';
import { faultOf } from './fault.ts';
import type { FoldedSignal } from './signal.ts';

const began = (minutes: number, given: Partial<FoldedSignal> = {}) =>
  anAlert({ startedAt: subMinutes(askedAt, minutes), ...given });
const over = (began_: number, ended: number) =>
  began(began_, { resolvedAt: subMinutes(askedAt, ended), state: 'resolved' });

/** Of two hours that ended so many minutes ago. */
function about(alerts: readonly FoldedSignal[], ended = 0, services: readonly string[] = []) {
  const to = subMinutes(askedAt, ended);
  const fault = faultOf({ from: subMinutes(to, 120), to }, { environment: 'production', services }, alerts, askedAt);
  return { ...fault, minutes: (askedAt.getTime() - fault.onset.getTime()) / 60_000 };
}

it.each<[string, readonly FoldedSignal[], number, number, boolean]>([
  ['no incident', [], 0, 0, true],
  ['one that is open', [began(14)], 0, 14, false],
  ['one that began before the window', [began(180)], 0, 0, true],
  ['one that ended within the hour', [over(60, 30)], 0, 60, false],
  ['one that has been over for longer', [over(118, 70)], 0, 0, true],
  ['one that is open and another that is over', [over(100, 90), began(14)], 0, 14, false],
  ['several that began together', [began(14), began(20), began(8)], 0, 20, false],
  ['several that began apart', [began(14), began(60)], 0, 0, true],
  ['one that only informs', [began(14, { severity: 'info' })], 0, 0, true],
  ['one that is over, in a window of the past', [over(120, 70)], 60, 120, false],
  ['one that was open when a window of the past ended', [over(100, 30)], 60, 100, false],
])('with %s, the fault began when it should', (_, alerts, ended, minutes, assumed) => {
  expect(about(alerts, ended)).toMatchObject({ minutes, assumed });
});

it('concerns the services that were asked about, else those of the incidents that it is', () => {
  const alerts = [began(14, { services: ['ledger', 'checkout'] }), began(10, { services: [] })];

  expect(about(alerts).services).toEqual(['checkout', 'ledger']);
  expect(about(alerts, 0, ['search']).services).toEqual(['search']);
  expect(about([began(14), began(60)]).services).toEqual([]);
});

it('is over when the last of its incidents is', () => {
  expect(about([began(14), began(10)]).over).toBeNull();
  expect(about([over(118, 80), over(115, 70)], 60).over).toEqual(subMinutes(askedAt, 70));
  expect(about([over(118, 80), over(115, 30)], 60).over).toEqual(subMinutes(askedAt, 30));
  expect(about([began(14), began(60)])).not.toHaveProperty('over');
});

it('shows in what incidents are called, and in the labels that tell', () => {
  const labels = { alertname: 'PaymentErrors', description: 'retries exhausted', pod: 'checkout-7d9f' };

  expect(about([began(14, { title: 'Checkout errors', labels })]).symptom).toBe(
    'Checkout errors\nPaymentErrors\nretries exhausted',
  );
  expect(about([over(118, 70)]).symptom).toBe('');
});
