import { z } from 'zod';
import type { Review } from '../../domain/event.ts';
import { defined } from '../reading/defined.ts';
import { Id, Sha, Time } from '../reading/fields.ts';
import { lookUp } from '../reading/look-up.ts';
import { type Reader, ignored, reader, told } from '../reading/reader.ts';
import { Account, PullRequestFields, Repository } from './fields.ts';
import { standingIn } from './pull-standing.ts';

const verdicts: Readonly<Record<string, Review['verdict']>> = {
  approved: 'approved',
  changes_requested: 'changes-requested',
  commented: 'commented',
  dismissed: 'dismissed',
};

const ReviewBody = z.object({
  action: z.string(),
  review: z.object({ id: Id, state: z.string(), submitted_at: Time, user: Account, commit_id: Sha.nullish() }),
  pull_request: PullRequestFields.extend({ updated_at: Time.nullish() }),
  repository: Repository,
});

/** Also where its pull request stands now: whoever has given a review is not asked for one any more. */
export const readPullRequestReview: Reader = (body, context) => {
  const read = readReview(body, context);
  const standing = read.outcome === 'events' ? standingIn(body) : null;
  return read.outcome === 'events' && standing !== null ? told(...read.events, standing) : read;
};

const readReview = reader(ReviewBody, ({ action, review, pull_request: pull, repository }) => {
  if (action !== 'submitted' && action !== 'dismissed') return ignored(`a review ${action}`);
  const verdict = lookUp(verdicts, action === 'dismissed' ? 'dismissed' : review.state.toLowerCase());
  if (verdict === undefined) return ignored('a review without a verdict');
  const name = repository.full_name;
  const object = `${name}#${pull.number}`;
  const at = (
    verdict === 'dismissed' ? later(review.submitted_at, pull.updated_at) : review.submitted_at
  ).toISOString();
  return told({
    statement: {
      key: `github:review:${object}:${review.id}:${verdict}`,
      source: 'github',
      occurredAt: at,
      clock: 'source',
      phase: 'mentioned',
      repository: name,
      pullRequest: {
        repository: name,
        number: pull.number,
        ...defined({ title: pull.title, author: pull.user, url: pull.html_url }),
      },
      reviews: [
        {
          by: review.user ?? { login: 'ghost' },
          verdict,
          at,
          ...defined({ commit: review.commit_id ?? undefined }),
        },
      ],
    },
    identities: [{ type: 'pull-request', value: object }],
    mentions: [],
  });
});

/** GitHub does not say when a review was dismissed, only when its pull request was last touched: that is when. */
function later(submitted: Date, touched: Date | null | undefined): Date {
  return touched instanceof Date && touched > submitted ? touched : submitted;
}
