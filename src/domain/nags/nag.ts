import type { BackportPick, BackportPull } from '../backport-pull.ts';
import type { Backport, BackportCommit } from '../backport.ts';

/**
 * Who is told, one after the other: the channel of the service at once, whoever can act, the team in that message's
 * thread, the lead, and from then on the weekly digest only.
 */
export const nagSteps = ['channel', 'owner', 'team', 'lead', 'digest'] as const;
export type NagStep = (typeof nagSteps)[number];

/** What is asked of whoever can act now. `answer`: whether it is the commit that resembles it; `second`: of a waiver. */
export type NagTask =
  | 'open'
  | 'finish-draft'
  | 'review'
  | 'address-review'
  | 'resolve-conflict'
  | 'merge'
  | 'deploy'
  | 'answer'
  | 'second';

export interface Person {
  /** A member id; null: nobody said who that is in Slack, or it is a team. */
  readonly slackId: string | null;
  readonly name: string;
}

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
