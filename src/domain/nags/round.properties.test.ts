import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type NagClock, clockAt, newClock } from './clock.ts';
import type { NagRules, Recipient, ToldStep } from './ladder.ts';
import { type Subject, planRound } from './round.ts';
import { localDay, nextLocalDay, workingTimeBetween } from './working-time.ts';

const hour = 3_600_000;
const rules: NagRules = {
  hours: { from: '09:00', to: '17:30' },
  first: 4 * hour,
  team: 24 * hour,
  lead: 72 * hour,
  timezone: 'Europe/London',
};
const begin = Date.UTC(2026, 9, 19);
const days = 16;
const zones = ['Europe/London', 'America/Los_Angeles', 'Asia/Kolkata', 'Pacific/Auckland'];
const names = ['ada', 'grace', 'lea'];

const within = fc.integer({ min: 0, max: days * 24 }).map((hours) => new Date(begin + hours * hour));
const span = fc.tuple(within, within).map(([a, b]) => (a < b ? { from: a, to: b } : { from: b, to: a }));
const story = fc.record({
  high: fc.boolean(),
  noticed: within,
  actor: fc.constantFrom('ada', 'grace', 'nobody'),
  activity: fc.array(within, { maxLength: 30 }),
  snoozed: fc.option(span, { nil: null }),
});
const world = fc.record({
  stories: fc.array(story, { minLength: 1, maxLength: 4 }),
  zones: fc.array(fc.constantFrom(...zones), { minLength: 3, maxLength: 3 }),
  dnd: fc.array(fc.record({ who: fc.constantFrom(...names), span }), { maxLength: 2 }),
  /** Nothing is planned then. */
  down: fc.option(span, { nil: null }),
  steps: fc.constantFrom(60, 100, 150),
});

interface Sent {
  readonly at: Date;
  readonly to: string;
  readonly ids: readonly string[];
}

function isIn(at: Date, { from, to }: { readonly from: Date; readonly to: Date }): boolean {
  return at >= from && at < to;
}

/** What people would be told in three weeks. */
function live(given: typeof world extends fc.Arbitrary<infer Value> ? Value : never) {
  const told = new Map<string, ToldStep[]>();
  const clocks = new Map<string, NagClock>();
  const cards: Sent[] = [];
  const lines: Sent[] = [];
  const person = (name: string, now: Date): Recipient => {
    const timezone = given.zones[names.indexOf(name)] ?? 'UTC';
    const today = cards.some(({ to, at }) => to === name && localDay(at, timezone) === localDay(now, timezone));
    const dnd = given.dnd.filter(({ who, span: quiet }) => who === name && isIn(now, quiet));
    return {
      person: { slackId: `U${name.toUpperCase()}`, name },
      timezone,
      dndUntil: dnd.length === 0 ? null : new Date(Math.max(...dnd.map(({ span: quiet }) => quiet.to.getTime()))),
      active: true,
      freeFrom: today ? nextLocalDay(now, timezone) : null,
    };
  };
  for (let at = begin; at < begin + days * 24 * hour; at += given.steps * 60_000) {
    const now = new Date(at);
    if (given.down !== null && isIn(now, given.down)) continue;
    const subjects = given.stories.flatMap(({ high, noticed, actor, activity, snoozed }, index): Subject[] => {
      if (noticed > now) return [];
      const id = `${index}`;
      const silent = snoozed !== null && isIn(now, snoozed);
      const clock = clockAt(clocks.get(id) ?? newClock(noticed), silent, now, { ...rules.hours, timezone: 'UTC' });
      clocks.set(id, clock);
      const climber = {
        clock,
        severity: high ? ('high' as const) : ('normal' as const),
        told: told.get(id) ?? [],
        activity: activity
          .filter((each) => each <= now)
          .reduce<Date | null>((a, b) => (a === null || b > a ? b : a), null),
        actor: actor === 'nobody' ? null : person(actor, now),
        wrongOwner: false,
        team: { slackId: null, name: 'payments' },
        lead: person('lea', now),
      };
      return [{ id, openedAt: noticed, climber, quiet: silent, wakesAt: null }];
    });
    const round = planRound(subjects, rules, now);
    for (const card of round.cards) cards.push({ at: now, to: card.person.name, ids: card.ids });
    for (const { id } of round.escalations) lines.push({ at: now, to: '', ids: [id] });
    for (const { id, step, occasion, person: who } of [
      ...round.cards.flatMap((card) => [...card.marks]),
      ...round.escalations,
    ]) {
      told.set(id, [...(told.get(id) ?? []), { step, occasion, person: who, at: now }]);
    }
    for (const next of round.next().values()) expect(next === null || next.at >= now).toBe(true);
  }
  return { told, cards, lines };
}

it('nobody hears more than is bearable, at no time when they do not work', () => {
  fc.assert(
    fc.property(world, (given) => {
      const { told, cards, lines } = live(given);
      const zoneOf = (name: string) => given.zones[names.indexOf(name)] ?? 'UTC';
      const works = (at: Date, timezone: string) =>
        workingTimeBetween(at, new Date(at.getTime() + 1), { ...rules.hours, timezone }) > 0;

      const daysOf = cards.map(({ at, to }) => `${to} ${localDay(at, zoneOf(to))}`);
      expect(new Set(daysOf).size).toBe(daysOf.length);
      for (const { at, to } of cards) {
        expect(works(at, zoneOf(to))).toBe(true);
        expect(given.dnd.some(({ who, span: quiet }) => who === to && isIn(at, quiet))).toBe(false);
      }
      for (const { at, ids } of [...cards, ...lines]) {
        const silent = ids.map((id) => given.stories[Number(id)]?.snoozed).filter((each) => each !== null);
        expect(silent.some((snooze) => snooze !== undefined && isIn(at, snooze))).toBe(false);
      }
      for (const steps of told.values()) {
        expect(steps.filter(({ occasion }) => !occasion.startsWith('again:')).length).toBeLessThanOrEqual(3);
        const keys = steps.map(({ step, occasion }) => `${step} ${occasion}`);
        expect(new Set(keys).size).toBe(keys.length);
      }
    }),
    { numRuns: 15 },
  );
});

it('everybody is told in the end, whatever puts it off', () => {
  fc.assert(
    fc.property(world, (given) => {
      const { told } = live({ ...given, dnd: [], down: null });

      for (const [index, { noticed, snoozed, actor }] of given.stories.entries()) {
        const quiet = snoozed === null ? 0 : snoozed.to.getTime() - snoozed.from.getTime();
        // Three working days, two more for whoever is at work on it, and the weekends and nights between them.
        const longest = noticed.getTime() + quiet + 10 * 24 * hour;
        const steps = (told.get(`${index}`) ?? []).map(({ step }) => step);
        if (longest > begin + days * 24 * hour) continue;
        expect(steps).toContain('team');
        expect(steps).toContain('lead');
        expect(steps.includes('owner')).toBe(actor !== 'nobody');
      }
    }),
    { numRuns: 15 },
  );
});
