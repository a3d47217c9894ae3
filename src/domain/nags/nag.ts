import type { BackportPick, BackportPull } from '../backports/pull.ts';
import type { Backport, BackportCommit } from '../backports/backport.ts';
import type { ByHand } from '../by-hand.ts';
import type { Person } from '../people/person.ts';

/**
 * Who is told, one after the other: the channel of the service at once, whoever can act, the team in that message's
 * thread, the lead, and from then on the weekly digest only.
 */
export const nagSteps = ['channel', 'owner', 'team', 'lead', 'digest'] as const;
export type NagStep = (typeof nagSteps)[number];

/**
 * What is asked of whoever can act now. `repeat`: what never was a commit, in the mirror too; `get-merged`: nobody is known
 * who may merge it; `await-git`: nothing, it was merged and git is read; `bring-again`: it was merged, and git does not
 * find it; `answer`: whether it is the commit that resembles it; `second`: of a waiver.
 */
export type NagTask =
  | 'open'
  | 'repeat'
  | 'finish-draft'
  | 'review'
  | 'address-review'
  | 'resolve-conflict'
  | 'merge'
  | 'get-merged'
  | 'await-git'
  | 'bring-again'
  | 'deploy'
  | 'answer'
  | 'second';

export interface NagActor {
  /** Null: nobody is known who could. */
  readonly person: Person | null;
  readonly task: NagTask;
}

export interface NextNag {
  readonly at: Date;
  readonly step: NagStep;
  /** Null: not told to one person. */
  readonly person: Person | null;
}

export type NagSeverity = 'normal' | 'high';

/** Everything that the message of one backport says. */
export interface NagView {
  readonly backport: Backport;
  readonly pull: BackportPull | null;
  readonly pick: BackportPick | null;
  /** Null: we open its pull request, or there is one. */
  readonly byHand: ByHand | null;
  readonly owner: Person | null;
  readonly actor: NagActor;
  /** `INC-42`. */
  readonly incident: { readonly reference: string; readonly title: string } | null;
  /** That which is told of the evidence. */
  readonly evidence: BackportCommit | null;
  /** When it will speak again; null: it will not. */
  readonly next: NextNag | null;
  readonly severity: NagSeverity;
  /** As the end of a sentence about it; null where the severity is normal. */
  readonly severityReason: string | null;
  readonly told: readonly NagStep[];
}

/** The one message that a person gets unasked on a day of theirs, holding everything that waits for them. */
export interface DayCard {
  /** A member id. */
  readonly person: Person & { readonly slackId: string };
  /** `2026-11-20`, where they are. */
  readonly day: string;
  /** High severity first, then the oldest. A few of very many: `total` says how many there are. */
  readonly views: readonly NagView[];
  readonly total: number;
  /** The ids of those of which they are told because they lead the team, not because they can act. */
  readonly asLead: ReadonlySet<string>;
}

/** Why the team hears of it: whoever can act was asked and time went by, has left, is not known, or says it is not theirs. */
export type EscalationWhy = 'waited' | 'left' | 'unknown' | 'wrong-owner';

/** A line in the thread of a backport's message. */
export interface NagEscalation {
  readonly view: NagView;
  readonly step: 'team';
  /** Who is addressed; null: nobody in particular. */
  readonly person: Person | null;
  readonly why: EscalationWhy;
}

/** What Slack says of a person at this moment. */
export interface Availability {
  /** An IANA name. */
  readonly timezone: string;
  /** Null: not disturbed by a message now. */
  readonly dndUntil: Date | null;
  /** False: they have left the workspace. */
  readonly active: boolean;
  /** False: they want no direct messages about backports. Absent: they said nothing. */
  readonly reminders?: boolean;
}
