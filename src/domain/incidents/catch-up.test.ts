import { describe, expect, it } from 'vitest';
import {
  aSuspect,
  aVerdict,
  after,
  anEntry,
  badDeployOfStory,
  incidentOf,
  rollbackOfStory,
  sampleStory,
} from '../../../test/stories.ts';
import { type CatchUpPiece, catchUpOf } from './catch-up.ts';
import type { Story } from './story.ts';

function words(piece: CatchUpPiece): string {
  if ('words' in piece) return piece.words;
  if ('at' in piece) return piece.at.toISOString().slice(11, 16);
  return 'member' in piece ? `<${piece.member}>` : piece.link;
}

function told(story: Story): readonly string[] {
  return catchUpOf(story).map(({ label, pieces }) => `${label}: ${pieces.map(words).join('')}`);
}

describe('the state for a late joiner', () => {
  it('is told in ten lines at most, what matters most first', () => {
    const entries = Array.from({ length: 50 }, (_, index) => anEntry(index, { text: `note ${index}` }));
    const open = incidentOf({ mitigatedAt: null, resolvedAt: null, causeId: null, causeNote: null });

    expect(told(sampleStory({ incident: open, entries, asOf: after(50) }))).toEqual([
      'INC-42: Checkout errors · critical · began 15:59, 50 min ago, still open',
      'Affected: checkout in production: “8 % of payments fail with a timeout; carts stay full”',
      'Possible: deploy checkout 1.41.3 → 1.42.0 by ada, took effect 1 min before it began, same service; then config/production.yaml: Lower the payment timeout to 5 s, new-ledger 20 % → 50 %',
      'Fix: rollback checkout 1.42.0 → 1.41.3 by grace, since 16:10',
      'Alerts: 1 alert, all over: “Checkout error rate above 5 %”',
      'Since it began: 1 change; the last: rollback checkout 1.42.0 → 1.41.3 by grace 16:07',
      'Note: 16:46 <U1>: note 47',
      'Note: 16:47 <U1>: note 48',
      'Note: 16:48 <U1>: note 49',
    ]);
  });

  it('says what people decided, and who', () => {
    expect(told(sampleStory())).toEqual(
      expect.arrayContaining([
        'INC-42: Checkout errors · critical · began 15:59, resolved after 1 h 11 min',
        'Cause: deploy checkout 1.41.3 → 1.42.0 by ada: “retries without backoff tripled the load on the payment provider, which then refused us”, says <U1>',
        'Ruled out: new-ledger 20 % → 50 % (flag is off for checkout)',
      ]),
    );
  });

  it.each([
    [
      'mitigated',
      { resolvedAt: null },
      'INC-42: Checkout errors · critical · began 15:59, mitigated 16:13, not resolved',
    ],
    [
      'of no known severity',
      { severity: null, mitigatedAt: null, resolvedAt: null },
      'INC-42: Checkout errors · began 15:59, 1 h 30 min ago, still open',
    ],
  ])('begins with how it stands: %s', (_, given, line) => {
    expect(told(sampleStory({ incident: incidentOf(given) }))[0]).toBe(line);
  });

  it('says how likely the likeliest is', () => {
    const likely = aSuspect(badDeployOfStory, ['same service'], { likelihood: 'likely' });
    const incident = incidentOf({ causeId: null, causeNote: null });

    expect(told(sampleStory({ incident, entries: [], suspects: [likely] }))).toContain(
      'Likely: deploy checkout 1.41.3 → 1.42.0 by ada, same service',
    );
  });

  it('tells a rollback that is under way as such', () => {
    const back = { ...rollbackOfStory, status: 'started' as const, finishedAt: null };
    const story = sampleStory({ entries: [aVerdict(9, '9', 'caused')], undone: new Map([['9', back]]) });

    expect(told(story)).toContain('Fix: rollback checkout 1.42.0 → 1.41.3 by grace, under way since 16:07');
  });

  it('says what it does not know', () => {
    const incident = incidentOf({
      environment: null,
      services: [],
      symptom: '',
      causeId: null,
      causeNote: null,
      mitigatedAt: null,
      resolvedAt: null,
    });
    const story = sampleStory({
      incident,
      entries: [],
      alerts: [],
      alertCount: 0,
      changes: [],
      suspects: [],
      undone: new Map(),
    });

    expect(told(story).slice(1)).toEqual([
      'Affected: no known service',
      'Cause: not known, and no change fits',
      'Since it began: no change that concerns it was seen',
    ]);
  });
});
