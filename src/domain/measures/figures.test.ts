import { describe, expect, it } from 'vitest';
import {
  type DeploySample,
  type LeadSample,
  type Period,
  type RestoreSample,
  type Samples,
  byService,
  figuresOf,
  periodBefore,
  samplesOf,
} from './figures.ts';

const period: Period = { from: new Date('2026-11-08T00:00:00Z'), to: new Date('2026-11-15T00:00:00Z') };
const longAgo = new Date('2026-01-01T00:00:00Z');
const minute = 60_000;

/** So many days after the period begins; negative: before. */
const day = (days: number) => new Date(period.from.getTime() + days * 1440 * minute);

const deploy = (days: number, given: Partial<DeploySample> = {}): DeploySample => ({
  at: day(days),
  services: ['checkout'],
  forward: true,
  failed: null,
  rework: null,
  ...given,
});
const lead = (days: number, minutes: number, given: Partial<LeadSample> = {}): LeadSample => ({
  at: day(days),
  services: ['checkout'],
  length: minutes * minute,
  from: 'author',
  ...given,
});
const restore = (days: number, minutes: number, causedByChange = false): RestoreSample => ({
  at: day(days),
  services: ['checkout'],
  length: minutes * minute,
  causedByChange,
});
const samples = (given: Partial<Samples>): Samples => ({ deploys: [], leads: [], restores: [], ...given });
const times = (count: number, from: number, given: Partial<DeploySample> = {}) =>
  Array.from({ length: count }, (_, at) => deploy(from + (6.9 * at) / count, given));

describe('the period before', () => {
  it('is as long and ends where the other begins', () => {
    expect(periodBefore(period)).toEqual({ from: day(-7), to: day(0) });
  });

  it.each([
    ['before both', -7.01, 0, 0],
    ['at the beginning of the one before', -7, 0, 1],
    ['at the end of the one before', 0, 1, 0],
    ['at the end', 7, 0, 0],
  ])('counts a deploy %s once or not at all', (_, days, now, before) => {
    const { frequency } = figuresOf(samples({ deploys: [deploy(days)] }), period, longAgo);

    expect([frequency.samples, frequency.before.samples]).toEqual([now, before]);
  });
});

describe('figures', () => {
  it('of nothing say that there is nothing', () => {
    const figures = figuresOf(samples({}), period, longAgo);

    expect(figures.frequency).toMatchObject({ value: 0, samples: 0, interval: null, trend: 'too-few' });
    for (const each of [figures.leadTime, figures.failureRate, figures.restore, figures.rework]) {
      expect(each).toMatchObject({ value: null, samples: 0, interval: null, trend: 'too-few' });
    }
  });

  it('count what went back as rework and not as a deploy', () => {
    const back = deploy(2, { forward: false, rework: 'rollback' });
    const { frequency, failureRate, rework } = figuresOf(
      samples({ deploys: [deploy(1, { failed: 'rollback' }), back, deploy(3)] }),
      period,
      longAgo,
    );

    expect([frequency.count, failureRate.count, failureRate.samples]).toEqual([2, 1, 2]);
    expect([rework.count, rework.samples]).toEqual([1, 3]);
    expect(failureRate.reasons).toEqual({ incident: 0, rollback: 1, revert: 0 });
    expect(rework.reasons).toEqual({ rollback: 1, fix: 0, hotfix: 0, revert: 0 });
  });

  it('say how many lead times count from a merge', () => {
    const leads = [lead(1, 10), lead(2, 30, { from: 'merge' }), lead(-1, 50, { from: 'merge' })];

    expect(figuresOf(samples({ leads }), period, longAgo).leadTime).toMatchObject({
      value: 20 * minute,
      samples: 2,
      fromMerge: 1,
    });
  });

  it('tell incidents that a change caused also by themselves', () => {
    const restores = [restore(1, 10, true), restore(2, 90), restore(3, 20, true)];
    const figures = figuresOf(samples({ restores }), period, longAgo);

    expect(figures.restore).toMatchObject({ value: 20 * minute, samples: 3 });
    expect(figures.restoreCaused).toMatchObject({ value: 15 * minute, samples: 2 });
  });
});

describe('a trend', () => {
  const failing = (count: number, of: number, from: number) => [
    ...times(count, from, { failed: 'incident' }),
    ...times(of - count, from),
  ];

  it.each<[string, readonly DeploySample[], string]>([
    ['is up where the intervals do not touch', [...failing(1, 40, -7), ...failing(20, 40, 0)], 'up'],
    ['is down likewise', [...failing(20, 40, -7), ...failing(1, 40, 0)], 'down'],
    ['is unclear where they do', [...failing(3, 20, -7), ...failing(6, 20, 0)], 'unclear'],
    ['is not told of four', [...failing(0, 20, -7), ...failing(4, 4, 0)], 'too-few'],
    ['is not told against four', [...failing(4, 4, -7), ...failing(0, 20, 0)], 'too-few'],
  ])('%s', (_, deploys, expected) => {
    expect(figuresOf(samples({ deploys }), period, longAgo).failureRate.trend).toBe(expected);
  });

  it('is not known where the timeline begins later than the period before', () => {
    const deploys = [...failing(1, 40, -6), ...failing(20, 40, 0)];

    expect(figuresOf(samples({ deploys }), period, day(-6)).failureRate.trend).toBe('unknown');
    expect(figuresOf(samples({ deploys }), period, day(-7)).failureRate.trend).toBe('up');
    expect(figuresOf(samples({}), period, null).frequency.trend).toBe('unknown');
  });
});

describe('what is about several services', () => {
  const both = deploy(1, { services: ['ledger', 'checkout'] });

  it('counts for each of them, in the order of the alphabet, and once for a team that has both', () => {
    const all = samples({ deploys: [both, deploy(2)] });

    expect([...byService(all)].map(([name, of]) => [name, of.deploys.length])).toEqual([
      ['checkout', 2],
      ['ledger', 1],
    ]);
    expect(samplesOf(all, new Set(['ledger', 'checkout'])).deploys).toHaveLength(2);
  });
});
