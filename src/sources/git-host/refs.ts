import type { Statement, TimelineEvent } from '../../domain/event.ts';
import { defined } from '../reading/defined.ts';

/** What all that happens to tags and branches has in common. */
export interface RefChange extends Pick<Statement, 'source' | 'occurredAt' | 'clock' | 'actor'> {
  readonly repository: string;
}

/** `commit` and the time are known when a push reports it, not when GitHub's `create` does. */
export function tagCreated(tag: string, commit: string | null, change: RefChange): TimelineEvent {
  const { source, repository } = change;
  return note(change, {
    key: `${source}:tag:${repository}@${tag}:created${commit === null ? '' : `:${commit}`}`,
    title: `Tag ${tag} created`,
    identity: { type: 'tag', value: `${repository}@${tag}` },
    to: tag,
    commit,
  });
}

export function tagMoved(
  tag: string,
  move: { from: string; to: string; commit: string },
  change: RefChange,
): TimelineEvent {
  const moved = `${change.repository}@${tag}:${move.from}..${move.to}`;
  return note(change, {
    key: `${change.source}:tag:${moved}`,
    title: `Tag ${tag} moved to ${move.commit.slice(0, 7)}`,
    identity: { type: 'tag-move', value: moved },
    to: tag,
    commit: move.commit,
  });
}

/** `was`: what it stood on, known when a push reports it, not when GitHub's `delete` does. */
export function tagDeleted(tag: string, was: string | null, change: RefChange): TimelineEvent {
  const deleted = `${change.repository}@${tag}`;
  return note(change, {
    key: `${change.source}:tag-deleted:${deleted}${was === null ? '' : `:${was}`}`,
    title: `Tag ${tag} deleted`,
    identity: { type: 'tag-deletion', value: deleted },
  });
}

/** `was`: as for tags. */
export function branchDeleted(branch: string, was: string | null, change: RefChange): TimelineEvent {
  const deleted = `${change.repository}@${branch}`;
  return note(change, {
    key: `${change.source}:branch-deleted:${deleted}${was === null ? '' : `:${was}`}`,
    title: `Branch ${branch} deleted`,
    identity: { type: 'branch-deletion', value: deleted },
    branch,
  });
}

/** `repository` is what it is called now. */
export function repositoryRenamed(before: string, change: RefChange): TimelineEvent {
  const { source, repository, occurredAt } = change;
  return note(change, {
    key: `${source}:repository-renamed:${before}>${repository}:${occurredAt}`,
    title: `Repository ${before} renamed to ${repository}`,
    identity: { type: 'repository-rename', value: `${before}>${repository}@${occurredAt}` },
  });
}

function note(
  { source, repository, occurredAt, clock, actor }: RefChange,
  {
    key,
    title,
    identity,
    to,
    branch,
    commit,
  }: {
    readonly key: string;
    readonly title: string;
    readonly identity: { readonly type: string; readonly value: string };
    readonly to?: string;
    readonly branch?: string;
    readonly commit?: string | null;
  },
): TimelineEvent {
  const known = commit ?? undefined;
  return {
    statement: {
      key,
      source,
      occurredAt,
      clock,
      phase: 'happened',
      kind: 'note',
      title,
      repository,
      ...defined({ to, branch, actor, commit: known }),
    },
    identities: [identity],
    mentions: known === undefined ? [] : [{ type: 'commit', value: `${repository}@${known}` }],
  };
}
