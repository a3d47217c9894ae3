import { z } from 'zod';
import { namedIn, speaksOfBackport } from '../../domain/backports/brings-home.ts';
import type { PullStanding, TimelineEvent } from '../../domain/event.ts';
import { defined } from '../reading/defined.ts';
import { Time, name } from '../reading/fields.ts';
import { PullRequestFields, Repository } from './fields.ts';

const Body = z.object({
  action: z.string().max(100),
  pull_request: PullRequestFields.extend({
    body: z.string().nullish(),
    state: z.enum(['open', 'closed']),
    draft: z.boolean().nullish(),
    merged: z.boolean().nullish(),
    updated_at: Time,
    head: z.object({ ref: name(250) }),
    base: z.object({ ref: name(250) }),
    requested_reviewers: z.array(z.object({ login: name(100) })).nullish(),
    requested_teams: z.array(z.object({ slug: name(100) })).nullish(),
  }),
  repository: Repository,
});

/**
 * Where a pull request stands that speaks of a backport. Null: it does not, as most do not, which are no concern of the
 * timeline until they are merged.
 */
export function standingIn(body: unknown): TimelineEvent | null {
  const read = Body.safeParse(body);
  if (!read.success) return null;
  const { action, pull_request: pull, repository } = read.data;
  const { head, base, number } = pull;
  if (!speaksOfBackport(pull.title, head.ref, pull.body)) return null;
  const full = repository.full_name;
  const [owner = ''] = full.split('/');
  const teams = (pull.requested_teams ?? []).map(({ slug }) => `${owner}/${slug}`);
  const at = pull.updated_at.toISOString();
  const standing: PullStanding = {
    state: pull.merged === true ? 'merged' : pull.state,
    draft: pull.draft === true,
    branch: head.ref,
    base: base.ref,
    asked: [...(pull.requested_reviewers ?? []).map(({ login }) => login), ...teams].slice(0, 50),
    named: namedIn(full, pull.title, pull.body),
  };
  return {
    statement: {
      key: `github:pull_request:${full}#${number}:${action}:${at}`,
      source: 'github',
      occurredAt: at,
      clock: 'source',
      phase: 'mentioned',
      repository: full,
      pullRequest: {
        repository: full,
        number,
        ...defined({ title: pull.title, author: pull.user, url: pull.html_url }),
      },
      standing,
    },
    identities: [{ type: 'pull-request', value: `${full}#${number}` }],
    mentions: [{ type: 'backport-pull', value: `${full}#${number}` }],
  };
}
