import { subHours, subMinutes } from 'date-fns';
import { expect, it } from 'vitest';
import { aChange, aSource, anAnswer, askedAt, badAfternoon } from '../../test/answers.ts';
import type { Answer } from './answer.ts';
import { headline, headlineParts } from './headline.ts';

const window = 'since 14:00 (2 h 13 min, your time)';
const filters = { environment: 'production', services: [], kinds: [], actor: null, text: null };
const silent = aSource({ state: 'silent', newest: subHours(askedAt, 3) });
const [checkout, ledger, unnamed] = [aChange(), aChange({ service: 'ledger' }), aChange({ service: null })];
const never = aSource({ title: 'Argo CD', state: 'never', newest: null, usualGap: null });

it.each<[said: string, answer: Answer]>([
  [`7 changes to production ${window} in 3 services. The last: checkout 1.42.0, 12 minutes ago.`, badAfternoon()],
  [
    `At least 1,000 changes to production ${window} in 3 services. The last: checkout 1.42.0, 12 minutes ago.`,
    badAfternoon({ total: 1000, totalIsFloor: true }),
  ],
  [
    `1 change to production ${window}. The only one: checkout 1.42.0, 15 minutes ago.`,
    anAnswer({ changes: [aChange({ to: '1.42.0' })] }),
  ],
  [
    `1 change to production ${window}. The only one: checkout 1.42.0, under way, begun 15 minutes ago.`,
    anAnswer({ changes: [aChange({ to: '1.42.0', status: 'started' })] }),
  ],
  [
    `1 change to production ${window}. The only one: rollback of checkout to 1.41.3, 15 minutes ago.`,
    anAnswer({ changes: [aChange({ kind: 'rollback', to: '1.41.3' })] }),
  ],
  [
    `1 change to production ${window}. The only one: drift in network, 15 minutes ago.`,
    anAnswer({ changes: [aChange({ kind: 'drift', title: 'drift in network', status: 'started', finishedAt: null })] }),
  ],
  [
    `1 change to production ${window}. The only one: drift in network, found 9 h ago and still there.`,
    anAnswer({
      changes: [
        aChange({
          kind: 'drift',
          title: 'drift in network',
          status: 'started',
          finishedAt: null,
          occurredAt: subHours(askedAt, 9),
        }),
      ],
    }),
  ],
  [
    `1 change ${window}. The only one: Enable HSTS, just now (time as received).`,
    anAnswer({
      changes: [aChange({ kind: 'note', title: 'Enable HSTS', clock: 'received', occurredAt: askedAt })],
      filters: { ...filters, environment: null },
    }),
  ],
  [
    `2 config edits to checkout in production by ada with "retry" in the title ${window}. The last: a, 15 minutes ago.`,
    anAnswer({
      changes: [aChange({ kind: 'config', title: 'a' }), aChange({ kind: 'config', title: 'b' })],
      filters: { ...filters, services: ['checkout'], kinds: ['config'], actor: 'ada', text: 'retry' },
    }),
  ],
  [
    `Nothing changed in production ${window}. Every connected source reported within the last 5 min.`,
    anAnswer({ coverage: [aSource(), aSource({ title: 'Argo CD', newest: subMinutes(askedAt, 5) })] }),
  ],
  [
    `Nothing changed in production ${window}. Every connected source reports as usual; the quietest is Argo CD, 9 h ago.`,
    anAnswer({ coverage: [aSource(), aSource({ title: 'Argo CD', newest: subHours(askedAt, 9) })] }),
  ],
  [
    `No changes to search in production ${window}. 9 changes elsewhere in production.`,
    anAnswer({ filters: { ...filters, services: ['search'] }, elsewhere: 9 }),
  ],
  [
    `I can't tell what changed in production ${window}. GitHub has been silent for 3 h (usually every 4 min), so changes may be missing. I have seen none.`,
    anAnswer({ coverage: [silent] }),
  ],
  [
    `I can't tell what changed to search in production ${window}. GitHub has been silent for 3 h (usually every 4 min), so changes may be missing. 9 changes elsewhere in production.`,
    anAnswer({ coverage: [silent], filters: { ...filters, services: ['search'] }, elsewhere: 9 }),
  ],
  [
    `I can't tell what changed in production ${window}. 2 GitHub deliveries could not be read, so changes may be missing. I have seen none.`,
    anAnswer({ coverage: [aSource({ failed: 2 })] }),
  ],
  [
    `I have seen no changes to production ${window}. Argo CD is set up but has not sent anything yet.`,
    anAnswer({ coverage: [aSource(), never] }),
  ],
  [`I can't tell what changed ${window}. No source is connected yet.`, anAnswer({ coverage: [] })],
  [`I can't tell what changed ${window}. No source has sent anything yet.`, anAnswer({ coverage: [never] })],
])('says: %s', (said, answer) => {
  expect(headline(answer, askedAt)).toBe(said);
});

it('does not hold a silence that began after the window against it', () => {
  const to = subHours(askedAt, 5);
  const past = { from: subHours(askedAt, 6), to, understood: 'from 10:00 to 11:00 today', notes: [] };

  expect(headline(anAnswer({ coverage: [silent], window: past }), askedAt)).toMatch(/^Nothing changed in production/);
});

it('calls no change the last one on a later page', () => {
  expect(headlineParts(badAfternoon(), askedAt, { continued: true }).detail).toBe('');
});

it.each<[said: string, given: Parameters<typeof anAnswer>[0]]>([
  [', all in checkout', { changes: [checkout, checkout] }],
  ['', { changes: [checkout, checkout, unnamed] }],
  ['', { changes: [unnamed, unnamed] }],
  ['', { changes: [checkout] }],
  ['', { changes: [checkout, checkout], total: 3 }],
  ['', { changes: [checkout, checkout], totalIsFloor: true }],
  [' in 2 services', { changes: [checkout, ledger] }],
  [' in 2 services', { changes: [checkout, ledger, unnamed] }],
])('says of where they are "%s", by the changes that name a service', (said, given) => {
  const { answer } = headlineParts(anAnswer(given), askedAt);

  expect(answer.slice(answer.indexOf(window) + window.length)).toBe(said);
});
