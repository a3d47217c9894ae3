import type { Change } from '../domain/change.ts';
import type { Actor } from '../domain/event.ts';
import type { KeptDecision } from './decisions.ts';

/** Somebody looked at it before it went out. */
export interface Approval {
  /** `acme/checkout#812`; null: the change itself. */
  readonly pullRequest: string | null;
  readonly by: string;
  readonly at: string;
  /** Not who wrote or merged it, as far as that is known. */
  readonly independent: boolean;
}

/** One statement that the change is made of. */
export interface SourceEvent {
  readonly key: string;
  readonly source: string;
  readonly occurredAt: string;
  /** Null: the event has expired, or is not there. */
  readonly deliveryId: string | null;
  /** The seal that proves it; null: not sealed yet, or expired. */
  readonly seal: string | null;
}

/** A change with all that an auditor asks of it. */
export interface ExportedChange {
  readonly change: Change;
  readonly approvals: readonly Approval[];
  readonly decisions: readonly KeptDecision[];
  readonly events: readonly SourceEvent[];
}

/** A merge, or what is known of the change itself. */
export function approvalsOf(change: Change): readonly Approval[] {
  const { pullRequest, reviews, actor } = change;
  const makers = [actor, pullRequest?.author, pullRequest?.mergedBy, ...change.commits.map(({ author }) => author)];
  const names = new Set(makers.flatMap((maker) => namesOf(maker ?? undefined)));
  return reviews
    .filter(({ verdict }) => verdict === 'approved')
    .map(({ by, at }) => ({
      pullRequest: pullRequest === null ? null : `${pullRequest.repository}#${pullRequest.number}`,
      by: actorName(by),
      at,
      independent: namesOf(by).every((name) => !names.has(name)),
    }));
}

export function actorName(actor: Actor | null | undefined): string {
  return actor?.login ?? actor?.name ?? actor?.email ?? '';
}

function namesOf(actor: Actor | undefined): readonly string[] {
  return [actor?.login, actor?.name, actor?.email].flatMap((name) => name?.toLowerCase() ?? []);
}
