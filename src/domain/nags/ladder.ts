import { type Person, isSame } from '../people/person.ts';
import type { NagClock } from './clock.ts';
import type { EscalationWhy, NagSeverity, NagStep } from './nag.ts';
import { type WorkingHours, afterWorkingTime, nextWorkingMoment, workingDay } from './working-time.ts';

/** What the settings say of nags. Durations in milliseconds: a whole day is a working day, the rest working time. */
export interface NagRules {
  readonly hours: Pick<WorkingHours, 'from' | 'to'>;
  readonly first: number;
  readonly team: number;
  readonly lead: number;
  /** Where those work of whom nobody knows it. */
  readonly timezone: string;
}

/** Somebody in Slack who may be told. */
export interface Recipient {
  readonly person: Person & { readonly slackId: string };
  readonly timezone: string;
  readonly dndUntil: Date | null;
  readonly active: boolean;
  /** False: they want no direct messages. Absent: they said nothing. */
  readonly reminders?: boolean;
  /** They had their one message of this day: the next not before. Null: they had none. */
  readonly freeFrom: Date | null;
}

export interface ToldStep {
  readonly step: NagStep;
  /** What makes it one occasion of this step, for ever. */
  readonly occasion: string;
  /** A member id. */
  readonly person: string | null;
  readonly at: Date;
}

export interface Climber {
  readonly clock: NagClock;
  readonly severity: NagSeverity;
  readonly told: readonly ToldStep[];
  /** When somebody last did something about it. */
  readonly activity: Date | null;
  /** Null: nobody in Slack is known who can act. */
  readonly actor: Recipient | null;
  /** Whoever can act says that it is not theirs. */
  readonly wrongOwner: boolean;
  /** Who is addressed in the thread: somebody, or a team by its name. */
  readonly team: Recipient | Person | null;
  readonly lead: Recipient | null;
}

export interface Rung {
  readonly step: 'owner' | 'team' | 'lead';
  readonly occasion: string;
  readonly at: Date;
  readonly person: Person | null;
  readonly why: EscalationWhy;
}

const hour = 3_600_000;
const day = 24 * hour;
/** What is severe is told so soon, unless the settings say sooner. */
const soon = { first: hour, team: 4 * hour, lead: day };
const mostEscalations = 3;
/** Whoever was told last has so long before the next one is, however late all of it is. */
const longestBreath = 4 * hour;
/** Who has just done something is left alone for so long, ... */
const quietAfterActivity = 6 * hour;
/** ... but whatever they do, nothing is put off by more than this. */
const mostDeferral = 2 * day;

/**
 * Who is still to be told, each at the earliest when from now on. In order: the first of those that may be told now is the
 * one to tell.
 */
export function rungsOf(climber: Climber, given: NagRules, now: Date): readonly Rung[] {
  const rules = { ...given, now };
  const again = reminder(climber, rules);
  const count = climber.told.filter(({ step, occasion }) => isEscalation(step) && !isReminder(occasion)).length;
  if (count >= mostEscalations) return again === null ? [] : [again];
  return [again ?? owner(climber, rules), team(climber, rules), lead(climber, rules)].filter((rung) => rung !== null);
}

type Ruled = NagRules & { readonly now: Date };

function isEscalation(step: NagStep): boolean {
  return step === 'owner' || step === 'team' || step === 'lead';
}

/** Such a one somebody asked for, by the end of a snooze or a waiver; or what was home is missing again. */
function isReminder(occasion: string): boolean {
  return occasion.startsWith('again:');
}

function reminder(climber: Climber, rules: Ruled): Rung | null {
  const { clock, told, actor } = climber;
  const occasion = `again:${clock.round}`;
  if (clock.round === 0 || whyNot(climber) !== null || actor === null || actor.reminders === false) return null;
  if (told.some((each) => each.step === 'owner' && each.occasion === occasion)) return null;
  const at = whenFree(clock.from, actor, rules);
  return { step: 'owner', occasion, at, person: actor.person, why: 'waited' };
}

function owner(climber: Climber, rules: Ruled): Rung | null {
  const { told, actor } = climber;
  if (whyNot(climber) !== null || actor === null || actor.reminders === false) return null;
  if (told.some(({ step, person }) => step === 'owner' && person === actor.person.slackId)) return null;
  const at = whenFree(due(climber, durations(climber, rules).first, rules, hoursOf(actor, rules)), actor, rules);
  return { step: 'owner', occasion: `to:${actor.person.slackId}`, at, person: actor.person, why: 'waited' };
}

function team(climber: Climber, rules: Ruled): Rung | null {
  const { clock, told, actor, team: addressed } = climber;
  if (told.some(({ step }) => step === 'team')) return null;
  const recipient = addressed !== null && 'person' in addressed && addressed.active ? addressed : null;
  // A line in a thread is no direct message: nobody has it on account of the one a day.
  const disturbs = recipient === null ? null : { ...recipient, freeFrom: null };
  const hours = hoursOf(disturbs ?? actor, rules);
  const why = whyNot(climber);
  const { first, team: usual } = durations(climber, rules);
  const wait = why === null ? usual : why === 'unknown' ? first : 0;
  const base = wait === 0 ? clock.from : due(climber, wait, rules, hours);
  const at = disturbs === null ? nextWorkingMoment(later(base, rules.now), hours) : whenFree(base, disturbs, rules);
  const person = recipient?.person ?? (addressed === null || 'person' in addressed ? null : addressed);
  return {
    step: 'team',
    occasion: '',
    at,
    person: isSame(person, actor?.person ?? null) ? null : person,
    why: why ?? 'waited',
  };
}

function lead(climber: Climber, rules: Ruled): Rung | null {
  const { told, actor, lead: recipient } = climber;
  if (recipient === null || !recipient.active || told.some(({ step }) => step === 'lead')) return null;
  // They have been asked for themselves.
  if (isSame(recipient.person, actor?.person ?? null) || recipient.reminders === false) return null;
  const at = whenFree(due(climber, durations(climber, rules).lead, rules, hoursOf(recipient, rules)), recipient, rules);
  return { step: 'lead', occasion: '', at, person: recipient.person, why: whyNot(climber) ?? 'waited' };
}

/** Why whoever can act is not asked; null: they are. */
function whyNot({ actor, wrongOwner }: Climber): Exclude<EscalationWhy, 'waited'> | null {
  if (wrongOwner) return 'wrong-owner';
  if (actor === null) return 'unknown';
  return actor.active ? null : 'left';
}

/** When so much was waited in these hours; later for whoever is at work on it, and not right after the step before. */
function due(climber: Climber, wait: number, rules: NagRules, hours: WorkingHours): Date {
  const { clock, told, activity } = climber;
  const aged = afterWorkingTime(clock.from, inWork(wait, hours) - clock.elapsed, hours);
  const breath = Math.min(durations(climber, rules).first, longestBreath);
  const before = told.filter(({ step }) => isEscalation(step)).map(({ at }) => at.getTime());
  const rested = before.length === 0 ? aged : afterWorkingTime(new Date(Math.max(...before)), breath, hours);
  const base = later(aged, rested);
  if (activity === null) return base;
  const quiet = later(base, new Date(activity.getTime() + quietAfterActivity));
  return earlier(quiet, afterWorkingTime(base, inWork(mostDeferral, hours), hours));
}

function durations({ severity }: Climber, { first, team, lead }: NagRules) {
  if (severity === 'normal') return { first, team, lead };
  return { first: Math.min(first, soon.first), team: Math.min(team, soon.team), lead: Math.min(lead, soon.lead) };
}

/** A day of the settings is a working day. */
function inWork(duration: number, hours: WorkingHours): number {
  return Math.floor(duration / day) * workingDay(hours) + (duration % day);
}

function whenFree(at: Date, recipient: Recipient, rules: Ruled): Date {
  const { dndUntil, freeFrom } = recipient;
  const free = later(later(later(at, rules.now), dndUntil ?? at), freeFrom ?? at);
  return nextWorkingMoment(free, hoursOf(recipient, rules));
}

function hoursOf(recipient: Recipient | null, { hours, timezone }: NagRules): WorkingHours {
  return { ...hours, timezone: recipient?.timezone ?? timezone };
}

function later(one: Date, other: Date): Date {
  return one > other ? one : other;
}

function earlier(one: Date, other: Date): Date {
  return one < other ? one : other;
}
