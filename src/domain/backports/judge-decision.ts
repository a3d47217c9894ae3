import type { Decision, KeptDecision, UselessCause } from './decision.ts';
import type { Backport, BackportState } from './backport.ts';
import { stateOf } from './backport.ts';
import { outsideText } from '../outside-text.ts';
import { isReason } from '../reason.ts';

const longestSnooze = 30 * 86_400_000;
const longestWaiver = 180 * 86_400_000;
/** From then on, why is to be said. */
const freeSnoozes = 3;
/** The same again within this is a second click. */
const doubleClick = 60_000;

export interface Deciding {
  readonly by: string;
  readonly now: Date;
  /** Why a waiver needs a second person, as the end of a sentence: `it …`. Null: it needs none. */
  readonly risk: string | null;
  /** What this person said of it last; null: nothing. */
  readonly last: KeptDecision | null;
  /** The commits of which this person has said that they are it. */
  readonly claimed: ReadonlySet<string>;
}

/** What becomes of a backport. What is not named stays. */
export interface Changes {
  readonly state?: BackportState;
  readonly owner?: string;
  readonly proposed?: Backport['proposed'];
  readonly snoozed?: Backport['snoozed'];
  readonly snoozes?: number;
  readonly waived?: Backport['waived'];
  /** A commit that is no more asked about. */
  readonly denied?: string;
}

export type Judged =
  /** `said`: a sentence for whoever decided. */
  | { readonly outcome: 'changes'; readonly changes: Changes; readonly kept: KeptDecision; readonly said: string }
  /** It has been said already, a moment ago. */
  | { readonly outcome: 'same'; readonly said: string }
  | { readonly outcome: 'refused'; readonly why: string };

/** What a decision does to a backport. */
export function judgeDecision(backport: Backport, decision: Decision, deciding: Deciding): Judged {
  const { last, now } = deciding;
  const again = last !== null && now.getTime() - last.at.getTime() < doubleClick;
  if (again && isSame(backport, decision, last)) return { outcome: 'same', said: 'You have just said so.' };
  switch (decision.kind) {
    case 'propose':
      return propose(backport, decision, deciding);
    case 'answer':
      return answer(backport, decision, deciding);
    case 'snooze':
      return snooze(backport, decision, deciding);
    case 'wake':
      return wake(backport, deciding);
    case 'waive':
      return waive(backport, decision, deciding);
    case 'second':
      return second(backport, deciding);
    case 'useless':
      return useless(decision.cause, deciding);
    case 'hand-over':
      return handOver(backport, decision.to, deciding);
  }
}

/** The commit of which it is asked whether it is it: one that resembles it, else one that was proposed. */
export function askedOf({ state, commits, proposed, fact }: Backport): string | null {
  if (fact !== null || isSettled(state)) return null;
  const like = commits.find(({ evidence }) => evidence.verdict === 'ask' && evidence.by !== null);
  return like?.evidence.by ?? proposed?.commit ?? null;
}

function isSettled(state: BackportState): boolean {
  return state === 'landed' || state === 'live' || state === 'lapsed';
}

function settledWhy({ state, mirror, reference }: Backport): string | null {
  if (state === 'live') return `It is home already: ${mirror} runs it.`;
  if (state === 'landed') return `It has landed already: the branch that ${mirror} runs has it.`;
  return state === 'lapsed' ? `It has lapsed: ${reference} took it back.` : null;
}

const saidAlready = 'You have said so already: something else must say so too, or somebody else.';

type Of<Kind extends Decision['kind']> = Extract<Decision, { kind: Kind }>;

function propose(backport: Backport, { commit }: Of<'propose'>, deciding: Deciding): Judged {
  const settled = settledWhy(backport);
  if (settled !== null) return refused(settled);
  if (backport.fact !== null) return refused('It never was a commit: what is seen in both environments counts.');
  if (!/^[0-9a-f]{40}$/.test(commit)) return refused('That is no commit: give its 40 hex digits.');
  if (backport.commits.some((each) => each.commit === commit)) {
    return refused(`That is the fix itself: it counts by itself once the branch that ${backport.mirror} runs has it.`);
  }
  const { by, now: at, claimed } = deciding;
  if (claimed.has(commit)) return refused(saidAlready);
  return done(
    deciding,
    { kind: 'proposed', commit },
    `${short(commit)} is looked at, next to what else speaks for it.`,
    {
      proposed: { commit, by, at },
    },
  );
}

function answer(backport: Backport, { yes, commit }: Of<'answer'>, deciding: Deciding): Judged {
  const settled = settledWhy(backport);
  if (settled !== null) return refused(settled);
  const asked = askedOf(backport);
  if (asked === null) return refused('Nothing is asked about it.');
  if (commit !== undefined && commit !== asked) {
    return refused(`Meanwhile another commit is asked about: ${short(asked)}.`);
  }
  if (yes) {
    if (deciding.claimed.has(asked)) return refused(saidAlready);
    return done(
      deciding,
      { kind: 'confirmed', commit: asked },
      `${short(asked)} is looked at, next to what else speaks for it.`,
      {},
    );
  }
  return done(deciding, { kind: 'denied', commit: asked }, `${short(asked)} is not it, and is not asked about again.`, {
    denied: asked,
    ...(backport.proposed?.commit === asked ? { proposed: null } : {}),
    ...(backport.state === 'waived' ? {} : { state: awaited(without(backport, asked)) }),
  });
}

/** The state of what is not home, by what is known of its commits. */
function awaited(commits: Backport['commits']): BackportState {
  const state = stateOf(commits);
  // Of what never was a commit there are none; and only what git proves closes anything.
  return commits.length === 0 || state === 'landed' ? 'open' : state;
}

/** Its commits, when one that may have been it is not. */
export function without({ commits }: Pick<Backport, 'commits'>, denied: string): Backport['commits'] {
  return commits.map((each) => {
    const { verdict, by } = each.evidence;
    if (verdict !== 'ask' || by !== denied) return each;
    const evidence = { ...each.evidence, verdict: 'not-found', by: null, containment: null, missingFiles: [] } as const;
    return { ...each, evidence };
  });
}

function snooze(backport: Backport, { until, reason: given }: Of<'snooze'>, deciding: Deciding): Judged {
  const { state, snoozes, reference } = backport;
  if (state === 'live' || state === 'lapsed') return refused(settledWhy(backport) ?? 'It is settled.');
  if (state === 'waived') return refused('It is waived: nobody is told of it anyway.');
  const { now, by } = deciding;
  if (until !== 'release') {
    const wrong = momentWrong(until, now, longestSnooze, 'A snooze lasts at most 30 days.');
    if (wrong !== null) return refused(wrong);
  }
  const reason = outsideText(given, 1000) ?? null;
  if (snoozes >= freeSnoozes && reason === null) {
    return refused(`It was snoozed ${snoozes} times already: say why once more.`);
  }
  const end = until === 'release' ? null : until;
  const words = end === null ? `the next deploy to ${reference}` : day(end);
  return done(deciding, { kind: 'snoozed', reason, until: end }, `Nobody is asked about it until ${words}.`, {
    snoozed: { until: end, by },
    snoozes: snoozes + 1,
  });
}

function wake({ state, snoozed, waived, commits }: Backport, deciding: Deciding): Judged {
  if (snoozed === null && waived === null) return refused('It is neither snoozed nor waived.');
  return done(deciding, { kind: 'woken' }, 'It is asked about again from now on.', {
    ...(snoozed === null ? {} : { snoozed: null }),
    ...(waived === null ? {} : { waived: null }),
    ...(state === 'waived' ? { state: awaited(commits) } : {}),
  });
}

function waive(backport: Backport, { reason: given, until }: Of<'waive'>, deciding: Deciding): Judged {
  const settled = settledWhy(backport);
  if (settled !== null) return refused(settled);
  const { by, now, risk } = deciding;
  const reason = outsideText(given, 1000);
  if (reason === undefined || !isReason(reason)) return refused('Say why it need not come.');
  const wrong = momentWrong(until, now, longestWaiver, 'A waiver lasts at most 180 days.');
  if (wrong !== null) return refused(wrong);
  const waived = { by, reason, until, second: null };
  const kept = { kind: 'waived', reason, until } as const;
  if (risk === null) {
    return done(deciding, kept, `It need not come until ${day(until)}.`, { state: 'waived', waived });
  }
  return done(deciding, kept, `A second person must say so too before it holds: it ${risk}.`, {
    waived,
    ...(backport.state === 'waived' ? { state: awaited(backport.commits) } : {}),
  });
}

function second(backport: Backport, deciding: Deciding): Judged {
  const settled = settledWhy(backport);
  if (settled !== null) return refused(settled);
  const { waived } = backport;
  if (waived === null || waived.until <= deciding.now) return refused('Nobody has waived it.');
  if (waived.by === deciding.by) return refused('Whoever waived it cannot be the second person too.');
  if (waived.second !== null) return refused('A second person has said so already.');
  return done(deciding, { kind: 'seconded', reason: waived.reason }, `It need not come until ${day(waived.until)}.`, {
    state: 'waived',
    waived: { ...waived, second: deciding.by },
  });
}

const thanks: Readonly<Record<UselessCause, string>> = {
  'already-done': 'Noted. Say by which commit, and it is looked at.',
  'not-a-hotfix': 'Noted. It counts against the rule that found it; waive it and it is silent.',
  'wrong-owner': 'Noted. Hand it over to whoever it is.',
  'not-relevant': 'Noted. It counts against the rule that found it; waive it and it is silent.',
};

function useless(cause: UselessCause, deciding: Deciding): Judged {
  return done(deciding, { kind: 'useless', cause }, thanks[cause], {});
}

function handOver(backport: Backport, given: string, deciding: Deciding): Judged {
  const { state, owner } = backport;
  if (state === 'live' || state === 'lapsed') return refused(settledWhy(backport) ?? 'It is settled.');
  const to = outsideText(given, 320);
  if (to === undefined) return refused('Say to whom.');
  if (to === owner) return refused('They look after it already.');
  return done(deciding, { kind: 'handed-over', to }, 'Handed over.', { owner: to });
}

function isSame(backport: Backport, decision: Decision, last: KeptDecision): boolean {
  switch (decision.kind) {
    case 'propose':
      return last.kind === 'proposed' && last.commit === decision.commit;
    case 'answer': {
      const about = decision.commit ?? askedOf(backport) ?? last.commit;
      return last.kind === (decision.yes ? 'confirmed' : 'denied') && last.commit === about;
    }
    case 'snooze':
      return last.kind === 'snoozed' && isAbout(decision.until === 'release' ? null : decision.until, last.until);
    case 'wake':
      return last.kind === 'woken';
    case 'waive':
      return (
        last.kind === 'waived' &&
        isAbout(decision.until, last.until) &&
        last.reason === (outsideText(decision.reason, 1000) ?? null)
      );
    case 'second':
      return last.kind === 'seconded';
    case 'useless':
      return last.kind === 'useless' && last.cause === decision.cause;
    case 'hand-over':
      return last.kind === 'handed-over' && last.to === (outsideText(decision.to, 320) ?? null);
  }
}

/** "In a day" is another moment with each click. */
function isAbout(one: Date | null, other: Date | null): boolean {
  if (one === null || other === null) return one === other;
  return Math.abs(one.getTime() - other.getTime()) < doubleClick;
}

/** Null: nothing. */
function momentWrong(until: Date, now: Date, longest: number, tooLong: string): string | null {
  const left = until.getTime() - now.getTime();
  if (Number.isNaN(left)) return 'Say until when.';
  if (left <= 0) return 'That is over already.';
  return left > longest ? tooLong : null;
}

function done(
  { by, now }: Deciding,
  kept: Pick<KeptDecision, 'kind'> & Partial<KeptDecision>,
  said: string,
  changes: Changes,
): Judged {
  const empty = { reason: null, until: null, commit: null, cause: null, to: null };
  return { outcome: 'changes', changes, said, kept: { ...empty, ...kept, by, at: now } };
}

function refused(why: string): Judged {
  return { outcome: 'refused', why };
}

function short(commit: string): string {
  return commit.slice(0, 7);
}

function day(at: Date): string {
  return at.toISOString().slice(0, 10);
}
