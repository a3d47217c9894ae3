import { describe, expect, it } from 'vitest';
import { newClock } from './clock.ts';
import type { Climber, NagRules, Recipient, ToldStep } from './ladder.ts';
import { type Round, type Subject, planRound } from './round.ts';

const hour = 3_600_000;
const rules: NagRules = {
  hours: { from: '09:00', to: '17:30' },
  first: 4 * hour,
  team: 24 * hour,
  lead: 72 * hour,
  timezone: 'Europe/London',
};

function recipient(name: string, given: Partial<Recipient> = {}): Recipient {
  const person = { slackId: `U${name.toUpperCase()}`, name };
  return { person, timezone: 'Europe/London', dndUntil: null, active: true, freeFrom: null, ...given };
}

const ada = recipient('ada');
/** A Monday at ten. */
const monday = new Date('2026-11-16T10:00Z');

function climber(given: Partial<Climber> = {}): Climber {
  return {
    clock: newClock(monday),
    severity: 'normal',
    told: [],
    activity: null,
    actor: ada,
    wrongOwner: false,
    team: { slackId: null, name: 'payments-team' },
    lead: recipient('lea'),
    ...given,
  };
}

function subject(given: Partial<Climber> = {}, id = '1'): Subject {
  return { id, openedAt: monday, climber: climber(given), quiet: false, wakesAt: null };
}

function told(step: ToldStep['step'], at: string, occasion = '', person: string | null = null): ToldStep {
  return { step, occasion, person, at: new Date(at) };
}

const ownerTold = told('owner', '2026-11-16T14:00Z', 'to:UADA', 'UADA');

/** `owner ada 2026-11-16T14:00`: what is told now, `-` for nothing, and what comes next. */
function planned({ cards, escalations, next }: Round): readonly [string, string] {
  const now = [
    ...cards.map(
      ({ person, ids, asLead }) =>
        `${person.name}: ${ids.map((id) => (asLead.includes(id) ? `lead ${id}` : id)).join(' ')}`,
    ),
    ...escalations.map(({ id, addressed, why }) => `thread ${id} ${addressed?.name ?? '-'}, ${why}`),
  ];
  const after = next().get('1') ?? null;
  const then =
    after === null ? '-' : `${after.step} ${after.person?.name ?? '-'} ${after.at.toISOString().slice(0, 16)}`;
  return [now.join('; ') || '-', then];
}

describe('one backport', () => {
  it.each<[string, string, Partial<Climber>, string, string]>([
    ['is left to its channel first', '2026-11-16T13:59Z', {}, '-', 'owner ada 2026-11-16T14:00'],
    [
      'is told to its owner after four hours of theirs',
      '2026-11-16T14:00Z',
      {},
      'ada: 1',
      'team payments-team 2026-11-17T10:00',
    ],
    [
      'then to the team after a working day',
      '2026-11-17T10:00Z',
      { told: [ownerTold] },
      'thread 1 payments-team, waited',
      'lead lea 2026-11-19T10:00',
    ],
    [
      'then to the lead after three',
      '2026-11-19T10:00Z',
      { told: [ownerTold, told('team', '2026-11-17T10:00Z')] },
      'lea: lead 1',
      '-',
    ],
    [
      'and then to nobody',
      '2026-11-27T10:00Z',
      { told: [ownerTold, told('team', '2026-11-17T10:00Z'), told('lead', '2026-11-19T10:00Z', '', 'ULEA')] },
      '-',
      '-',
    ],
    [
      'is told in the hours of its owner, who is in New York',
      '2026-11-16T14:00Z',
      { actor: recipient('ada', { timezone: 'America/New_York' }) },
      '-',
      'owner ada 2026-11-16T18:00',
    ],
    [
      'is not told on a Saturday what came due on a Friday',
      '2026-11-21T12:00Z',
      { clock: newClock(new Date('2026-11-20T10:00Z')) },
      '-',
      'owner ada 2026-11-23T09:00',
    ],
    [
      'waits for the end of do-not-disturb',
      '2026-11-16T14:00Z',
      { actor: recipient('ada', { dndUntil: new Date('2026-11-16T15:30Z') }) },
      '-',
      'owner ada 2026-11-16T15:30',
    ],
    [
      'waits for work after the end of do-not-disturb',
      '2026-11-16T14:00Z',
      { actor: recipient('ada', { dndUntil: new Date('2026-11-16T19:00Z') }) },
      '-',
      'owner ada 2026-11-17T09:00',
    ],
    [
      'is told to the team while its owner is not to be disturbed',
      '2026-11-17T10:00Z',
      { actor: recipient('ada', { dndUntil: new Date('2026-11-19T12:00Z') }) },
      'thread 1 payments-team, waited',
      'lead lea 2026-11-19T10:00',
    ],
    [
      'waits for the next day when its owner had their message',
      '2026-11-16T14:00Z',
      { actor: recipient('ada', { freeFrom: new Date('2026-11-17T00:00Z') }) },
      '-',
      'owner ada 2026-11-17T09:00',
    ],
    [
      'is told sooner when it is severe',
      '2026-11-16T11:00Z',
      { severity: 'high' },
      'ada: 1',
      'team payments-team 2026-11-16T14:00',
    ],
    [
      'and to its lead within a day',
      '2026-11-17T10:00Z',
      { severity: 'high', told: [ownerTold, told('team', '2026-11-16T14:00Z')] },
      'lea: lead 1',
      '-',
    ],
    [
      'waits six hours for whoever is at work on it',
      '2026-11-16T14:00Z',
      { activity: new Date('2026-11-16T10:30Z') },
      '-',
      'owner ada 2026-11-16T16:30',
    ],
    [
      'but not more than two working days',
      '2026-11-18T14:00Z',
      { activity: new Date('2026-11-18T13:00Z') },
      'ada: 1',
      'team payments-team 2026-11-19T09:30',
    ],
    [
      'is told to its owner alone when several steps were missed',
      '2026-11-27T10:00Z',
      {},
      'ada: 1',
      'team payments-team 2026-11-27T14:00',
    ],
    [
      'goes to the team at once when its owner has left',
      '2026-11-16T10:01Z',
      { actor: recipient('ada', { active: false }) },
      'thread 1 payments-team, left',
      'lead lea 2026-11-19T10:00',
    ],
    [
      'also when they have left later',
      '2026-11-16T15:00Z',
      { actor: recipient('ada', { active: false }), told: [ownerTold] },
      'thread 1 payments-team, left',
      'lead lea 2026-11-19T10:00',
    ],
    [
      'goes to the team at once when its owner says that it is not theirs',
      '2026-11-16T10:01Z',
      { wrongOwner: true },
      'thread 1 payments-team, wrong-owner',
      'lead lea 2026-11-19T10:00',
    ],
    [
      'goes to the team in place of an owner whom nobody knows',
      '2026-11-16T14:00Z',
      { actor: null },
      'thread 1 payments-team, unknown',
      'lead lea 2026-11-19T10:00',
    ],
    [
      'addresses nobody in the thread where the team is its owner',
      '2026-11-17T10:00Z',
      { told: [ownerTold], team: ada },
      'thread 1 -, waited',
      'lead lea 2026-11-19T10:00',
    ],
    [
      'is not told to a lead who has been asked',
      '2026-11-19T10:00Z',
      { told: [ownerTold, told('team', '2026-11-17T10:00Z')], lead: ada },
      '-',
      '-',
    ],
    [
      'is not told to a lead who has left',
      '2026-11-19T10:00Z',
      { told: [ownerTold, told('team', '2026-11-17T10:00Z')], lead: recipient('lea', { active: false }) },
      '-',
      '-',
    ],
    [
      'is told to who can act now, if that is another',
      '2026-11-17T09:30Z',
      { told: [ownerTold], actor: recipient('grace') },
      'grace: 1',
      'team payments-team 2026-11-17T13:30',
    ],
    [
      'three times at most',
      '2026-11-27T10:00Z',
      {
        told: [ownerTold, told('owner', '2026-11-17T10:00Z', 'to:UGRACE', 'UGRACE'), told('team', '2026-11-17T15:00Z')],
        actor: recipient('mary'),
      },
      '-',
      '-',
    ],
    [
      'speaks again to its owner after it was to wait, however often it spoke',
      '2026-11-27T10:00Z',
      {
        clock: { from: new Date('2026-11-27T09:00Z'), elapsed: 30 * hour, silentSince: null, round: 1 },
        told: [ownerTold, told('team', '2026-11-17T10:00Z'), told('lead', '2026-11-19T10:00Z', '', 'ULEA')],
      },
      'ada: 1',
      '-',
    ],
    [
      'does not count the time for which it was to wait',
      '2026-11-27T10:00Z',
      {
        clock: { from: new Date('2026-11-27T09:00Z'), elapsed: 5 * hour, silentSince: null, round: 1 },
        told: [ownerTold, told('owner', '2026-11-27T09:00Z', 'again:1', 'UADA')],
      },
      '-',
      'team payments-team 2026-11-27T13:00',
    ],
  ])('%s', (_, now, given, expected, next) => {
    expect(planned(planRound([subject(given)], rules, new Date(now)))).toEqual([expected, next]);
  });

  it('of which nobody is to hear is told to nobody', () => {
    const quiet = { ...subject(), quiet: true };

    expect(planned(planRound([quiet], rules, new Date('2026-11-27T10:00Z')))).toEqual(['-', '-']);
  });

  it('that was to wait says when it will speak again: at work', () => {
    const quiet = { ...subject(), quiet: true, wakesAt: new Date('2026-11-21T12:00Z') };

    expect(planned(planRound([quiet], rules, new Date('2026-11-20T10:00Z')))).toEqual([
      '-',
      'owner ada 2026-11-23T09:00',
    ]);
  });

  it('is told when the settings say', () => {
    const quick = { ...rules, first: hour, team: 2 * hour, lead: 3 * hour };
    const at = (now: string, given: Partial<Climber>) => planned(planRound([subject(given)], quick, new Date(now)));

    expect([
      at('2026-11-16T11:00Z', {}),
      at('2026-11-16T12:00Z', { told: [told('owner', '2026-11-16T11:00Z', 'to:UADA', 'UADA')] }),
    ]).toEqual([
      ['ada: 1', 'team payments-team 2026-11-16T12:00'],
      ['thread 1 payments-team, waited', 'lead lea 2026-11-16T13:00'],
    ]);
  });
});

describe('several', () => {
  it('that wait for one person are one message, the severe first, then the oldest', () => {
    const aged = (id: string, hours: number, given: Partial<Climber> = {}) => ({
      ...subject(given, id),
      openedAt: new Date(monday.getTime() - hours * hour),
    });
    const round = planRound(
      [
        subject({}, '1'),
        aged('2', 5),
        aged('3', 9, { activity: new Date('2026-11-16T13:50Z') }),
        aged('4', 1, { severity: 'high', told: [told('owner', '2026-11-16T11:00Z', 'to:UADA', 'UADA')] }),
        aged('5', 1, { actor: recipient('grace'), activity: new Date('2026-11-16T13:50Z') }),
        { ...aged('6', 1), quiet: true },
        aged('7', 1, { wrongOwner: true, told: [told('team', '2026-11-16T11:00Z')] }),
      ],
      rules,
      new Date('2026-11-16T14:00Z'),
    );

    expect(round.cards.map(({ person, day, ids }) => [person.name, day, ids])).toEqual([
      ['ada', '2026-11-16', ['4', '3', '2', '1']],
    ]);
    // What was on it has been told, also what was not due yet.
    expect(round.cards[0]?.marks.map(({ id, occasion }) => `${id} ${occasion}`).toSorted()).toEqual([
      '1 to:UADA',
      '2 to:UADA',
      '3 to:UADA',
    ]);
  });

  it('of a lead and of an actor are one message for who is both', () => {
    const round = planRound(
      [
        subject({ told: [ownerTold, told('team', '2026-11-17T10:00Z')] }, '1'),
        subject({ actor: recipient('lea'), lead: recipient('lea'), activity: new Date('2026-11-19T09:30Z') }, '2'),
      ],
      rules,
      new Date('2026-11-19T10:00Z'),
    );

    expect(round.cards.map(({ person, ids, asLead }) => [person.name, ids, asLead])).toEqual([
      ['lea', ['1', '2'], ['1']],
    ]);
  });
});
