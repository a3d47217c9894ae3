import { describe, expect, it } from 'vitest';
import { type FloodState, type SummedUp, planTellings, spanWords, sumWords } from './flood.ts';

const now = new Date('2026-11-20T15:00:00Z');
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const ids = (count: number, from = 1) => Array.from({ length: count }, (_, n) => String(n + from));
const waiting = (count: number, minutes = 0, from = 1) =>
  ids(count, from).map((changeId) => ({ changeId, at: ago(minutes), foundAt: ago(minutes) }));
const nothing = { own: [], flood: [], into: null, late: [] };

describe('how what is new is told', () => {
  it.each<[string, Partial<FloodState>, object]>([
    ['nothing', {}, nothing],
    ['ten at once are told one by one', { waiting: waiting(10) }, { ...nothing, own: ids(10) }],
    ['eleven at once are a flood', { waiting: waiting(11) }, { ...nothing, flood: ids(11) }],
    ['the eleventh within the window begins one', { waiting: waiting(1), recent: 10 }, { ...nothing, flood: ['1'] }],
    ['the tenth does not', { waiting: waiting(1), recent: 9 }, { ...nothing, own: ['1'] }],
    [
      'a flood goes on with fewer',
      { waiting: waiting(1), recent: 4, last: { id: '7', lastAt: ago(9) } },
      { ...nothing, flood: ['1'], into: '7' },
    ],
    [
      'until fewer than half as many come',
      { waiting: waiting(1), recent: 3, last: { id: '7', lastAt: ago(9) } },
      { ...nothing, own: ['1'] },
    ],
    [
      'a flood that is over is not taken up again',
      { waiting: waiting(12), last: { id: '7', lastAt: ago(11) } },
      { ...nothing, flood: ids(12) },
    ],
    ['what waited for an hour comes in one summary', { waiting: waiting(40, 61) }, { ...nothing, late: ids(40) }],
    ['one alone is told as it is', { waiting: waiting(1, 61) }, { ...nothing, own: ['1'] }],
    [
      'beside what is fresh',
      { waiting: [...waiting(3, 61), ...waiting(2, 5, 4)] },
      { ...nothing, late: ids(3), own: ids(2, 4) },
    ],
    [
      'late is also what a source told late',
      { waiting: ids(2).map((changeId) => ({ changeId, at: ago(90), foundAt: ago(0) })) },
      { ...nothing, late: ids(2) },
    ],
    ['what is still in time is told one by one', { waiting: waiting(2, 59) }, { ...nothing, own: ids(2) }],
  ])('%s', (_, given, expected) => {
    expect(planTellings({ waiting: [], recent: 0, last: null, now, ...given })).toEqual(expected);
  });
});

const deploy = (service: string, status: SummedUp['status'] = 'succeeded', kind: SummedUp['kind'] = 'deploy') => ({
  kind,
  status,
  services: [service],
});

describe('the words of a summary', () => {
  it.each<[string, readonly SummedUp[], string, readonly string[]]>([
    ['one kind', [deploy('a'), deploy('b', 'failed')], '2 deploys of 2 services', ['1 failed']],
    ['one service', [deploy('a'), deploy('a', 'started')], '2 deploys of a', ['1 under way']],
    ['a rollback', [deploy('a'), deploy('a', 'succeeded', 'rollback')], '2 deploys of a', ['1 rollback']],
    ['several kinds', [deploy('a'), deploy('a', null, 'flag')], '2 changes of a', []],
    ['no service', [{ kind: 'flag', status: null, services: [] }], '1 flag change', []],
  ])('%s', (_, changes, what, courses) => {
    expect(sumWords(changes)).toEqual({ what, courses });
  });

  it.each([
    [0, 'in 1 minute'],
    [10, 'in 10 minutes'],
    [300, 'in 5 hours'],
  ])('%i minutes', (minutes, expected) => {
    expect(spanWords(ago(minutes), now)).toBe(expected);
  });
});
