import { type Insertable, sql } from 'kysely';
import type { NagDependencies } from '../src/backports/nags/known.ts';
import type { NagPlan } from '../src/backports/nags/plan.ts';
import { cardTold, escalationTold, messageShown } from '../src/backports/nags/told.ts';
import type { Backports } from '../src/database/backport-tables.ts';
import type { BackportPick, BackportPull } from '../src/domain/backports/pull.ts';
import type { Availability } from '../src/domain/nags/nag.ts';
import { directoryFrom } from '../src/domain/people/directory.ts';
import type { TestDatabase } from './database.ts';

const hour = 3_600_000;

/** Who owns what where backports are told of. */
export const directory = directoryFrom(
  [
    { name: 'ada', names: ['ada'], slack: 'UADA', identities: ['ada-l', 'ada@example.com'] },
    { name: 'grace', names: ['grace'], slack: 'UGRACE', identities: ['grace-h'] },
    { name: 'lea', names: ['lea'], slack: 'ULEA', identities: [] },
  ],
  new Map([['checkout', { owners: ['@grace', '@payments-team'], lead: '@lea' }]]),
);

export interface NagWorld {
  readonly dependencies: NagDependencies;
  /** What Slack says of people, when it is not that they are in London and may be disturbed. */
  readonly people: Map<string, Partial<Availability>>;
  /** Of whom Slack was asked. */
  readonly asked: string[];
  /** Services that only those see who are `seeing`. */
  readonly restricted: Set<string>;
  readonly seeing: Set<string>;
  readonly pulls: Map<string, BackportPull>;
  readonly picks: Map<string, BackportPick>;
  /** Its id. */
  open(given?: Partial<Insertable<Backports>>): Promise<string>;
}

/** An empty ledger, and people who are told of it. */
export async function startNags({ db }: TestDatabase): Promise<NagWorld> {
  // Much quicker than to truncate tables that are almost empty.
  const tables = [
    'nag_steps',
    'nag_cards',
    'nag_people',
    'nags',
    'backport_decisions',
    'backport_commits',
    'backports',
  ];
  for (const table of tables) await sql`delete from ${sql.table(table)}`.execute(db);
  const people = new Map<string, Partial<Availability>>();
  const asked: string[] = [];
  const [restricted, seeing] = [new Set<string>(), new Set<string>()];
  const pulls = new Map<string, BackportPull>();
  const picks = new Map<string, BackportPick>();
  return {
    people,
    asked,
    restricted,
    seeing,
    pulls,
    picks,
    dependencies: {
      db,
      directoryOf: () => Promise.resolve(directory),
      rules: {
        hours: { from: '09:00', to: '17:30' },
        first: 4 * hour,
        team: 24 * hour,
        lead: 72 * hour,
        timezone: 'Europe/London',
      },
      pullsOf: () => Promise.resolve(pulls),
      picksOf: () => Promise.resolve(picks),
      opening: 'ours',
      viewerOf: (slackId) =>
        Promise.resolve({ hidden: slackId === null || !seeing.has(slackId) ? [...restricted] : [] }),
      availability: (slackId) => {
        asked.push(slackId);
        return Promise.resolve({ timezone: 'Europe/London', dndUntil: null, active: true, ...people.get(slackId) });
      },
    },
    async open(given = {}) {
      const openedAt = given.opened_at ?? new Date('2026-11-16T10:00Z');
      const { id } = await db
        .insertInto('backports')
        .values({
          state: 'open',
          service: 'checkout',
          reference: 'production',
          mirror: 'staging',
          repository: 'acme/checkout',
          title: 'Cap batch size',
          why: 'was deployed to production from release, and staging never had it',
          owner: 'ada-l',
          imported: false,
          opened_at: openedAt,
          recorded_at: openedAt,
          ...given,
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      return id;
    },
  };
}

/** Slack shows everything of a plan. */
export async function tellAll({ db }: Pick<NagDependencies, 'db'>, plan: NagPlan, now: Date): Promise<void> {
  for (const message of plan.messages) await messageShown(db, message, now);
  for (const card of plan.cards) await cardTold(db, card, now);
  for (const escalation of plan.escalations) await escalationTold(db, escalation, now);
}

/** `message 1; ada 2026-11-16: 1 2; thread 1 payments-team, waited` */
export function planWords({ messages, cards, escalations }: NagPlan): string {
  const ids = (views: readonly { readonly backport: { readonly id: string } }[]) =>
    views.map(({ backport }) => backport.id).join(' ');
  return [
    ...messages.map(({ view }) => `message ${view.backport.id}`),
    ...cards.map(({ person, day, views, asLead }) => {
      const led = asLead.size === 0 ? '' : ` (lead of ${[...asLead].join(' ')})`;
      return `${person.name} ${day}: ${ids(views)}${led}`;
    }),
    ...escalations.map(({ view, person, why }) => `thread ${view.backport.id} ${person?.name ?? '-'}, ${why}`),
  ].join('; ');
}
