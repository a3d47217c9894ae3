import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Catalog } from './catalog.ts';
import { type Signal, foldSignals, severities } from './signal.ts';

const catalog: Catalog = { environments: new Map([['prod', 'production']]), services: [], configPaths: [] };

function at(time: string): string {
  return `2026-11-20T${time}:00.000Z`;
}

function signal(time: string, more: Partial<Signal> = {}): Signal {
  return {
    key: `pagerduty:Q1:${time}`,
    source: 'pagerduty',
    subject: 'Q1',
    occurredAt: at(time),
    clock: 'source',
    ...more,
  };
}

function folded(...signals: readonly Signal[]) {
  return foldSignals(signals, catalog);
}

describe('an incident', () => {
  it('is what was said last, with all that was said before and not since', () => {
    const sum = folded(
      signal('14:00', {
        state: 'open',
        title: 'Slow',
        severity: 'warning',
        environmentName: 'prod',
        labels: { a: '1' },
      }),
      signal('14:05', { state: 'acknowledged', title: 'Checkout is slow', severity: 'critical', labels: { b: '2' } }),
    );

    expect(sum).toMatchObject({
      state: 'acknowledged',
      title: 'Checkout is slow',
      severity: 'critical',
      environment: 'production',
      labels: { a: '1', b: '2' },
      startedAt: new Date(at('14:00')),
      resolvedAt: null,
    });
  });

  it('began when the earliest of its beginnings says', () => {
    const sum = folded(signal('14:00', { state: 'open' }), signal('14:10', { startedAt: at('13:55') }));

    expect(sum.startedAt).toEqual(new Date(at('13:55')));
  });

  it('is open until something says otherwise', () => {
    expect(folded(signal('14:00'))).toMatchObject({ state: 'open', resolvedAt: null, title: 'Q1' });
  });

  it('was over when it was first said to be, whatever is said after', () => {
    const sum = folded(
      signal('14:00', { state: 'open' }),
      signal('14:30', { state: 'resolved' }),
      signal('14:40', { state: 'resolved', severity: 'info' }),
      signal('14:50', { title: 'Checkout was slow' }),
    );

    expect(sum).toMatchObject({
      state: 'resolved',
      resolvedAt: new Date(at('14:30')),
      severity: 'info',
      title: 'Checkout was slow',
    });
  });

  it('that is opened again is not over, and then over a second time', () => {
    const reopened = [
      signal('14:00', { state: 'open' }),
      signal('14:30', { state: 'resolved' }),
      signal('14:40', { state: 'open' }),
    ];

    expect(folded(...reopened)).toMatchObject({ state: 'open', resolvedAt: null });
    expect(folded(...reopened, signal('15:00', { state: 'resolved' }))).toMatchObject({
      state: 'resolved',
      resolvedAt: new Date(at('15:00')),
    });
  });

  it('that is opened again began then, unless its source counts from the first time', () => {
    const again = (more: Partial<Signal>) =>
      folded(
        signal('14:00', { state: 'open' }),
        signal('14:30', { state: 'resolved' }),
        signal('14:40', { state: 'open', ...more }),
        signal('15:00', { state: 'resolved' }),
        signal('15:10', { title: 'Checkout was slow' }),
      ).startedAt;

    expect(again({})).toEqual(new Date(at('14:40')));
    expect(again({ startedAt: at('14:00') })).toEqual(new Date(at('14:00')));
  });

  it('is over when its beginning and end have one time', () => {
    const sum = folded(signal('14:00', { key: 'z', state: 'open' }), signal('14:00', { key: 'a', state: 'resolved' }));

    expect(sum).toMatchObject({ state: 'resolved', resolvedAt: new Date(at('14:00')) });
  });

  it('has the time at which it was first heard, where its source gives none', () => {
    const heard = (time: string) => signal(time, { key: 'same', clock: 'received', state: 'resolved' });

    expect(folded(heard('14:20'), heard('14:10'), heard('14:30')).resolvedAt).toEqual(new Date(at('14:10')));
  });
});

/** What a signal says follows from its key; only the time at which it was heard may differ. */
const said = fc.record({ news: fc.nat({ max: 12 }), heard: fc.nat({ max: 59 }) }).map(({ news, heard }) => {
  const minute = (count: number) => at(`14:${String(count).padStart(2, '0')}`);
  const timed = news % 3 !== 0;
  const states = [undefined, 'open', 'acknowledged', 'resolved'] as const;
  const state = states[news % 4];
  const severity = severities[news % 5];
  return signal('14:00', {
    key: `news ${news}`,
    clock: timed ? 'source' : 'received',
    occurredAt: minute(timed ? (news * 7) % 10 : heard),
    ...(state === undefined ? {} : { state }),
    ...(severity === undefined
      ? {}
      : { severity, title: `title ${news}`, labels: { [`label ${news % 2}`]: `${news}` } }),
  });
});

describe('signals', () => {
  it('add up to the same in any order and however often they are repeated', () => {
    const shuffled = fc.array(said, { minLength: 1, maxLength: 20 }).chain((signals) =>
      fc.tuple(
        fc.constant(signals),
        fc.shuffledSubarray([...signals, ...signals], {
          minLength: signals.length * 2,
          maxLength: signals.length * 2,
        }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([signals, others]) => {
        expect(folded(...others)).toEqual(folded(...signals));
      }),
      { numRuns: 500 },
    );
  });

  it('resolve an incident exactly when its state is resolved', () => {
    fc.assert(
      fc.property(fc.array(said, { minLength: 1, maxLength: 20 }), (signals) => {
        const { state, resolvedAt } = folded(...signals);

        expect(resolvedAt !== null).toBe(state === 'resolved');
      }),
    );
  });

  it('that are none add up to nothing', () => {
    expect(() => folded()).toThrow('without signals');
  });
});
