import { z } from 'zod';
import type { State } from '../../domain/signal.ts';
import { defined } from '../reading/defined.ts';
import { Time, WebUrl, name, text } from '../reading/fields.ts';
import { ignored, reader } from '../reading/reader.ts';
import { labelsOf, severityOf, signalled } from '../reading/signal-fields.ts';
import { Said } from './said-at.ts';

const IssueBody = z.object({
  action: z.string(),
  actor: z
    .object({ type: text(50) })
    .nullish()
    .catch(undefined),
  said: Said,
  data: z.object({
    issue: z.object({
      id: z.union([z.string(), z.number()]).transform(String).pipe(name(50)),
      title: text(300),
      shortId: text(100),
      culprit: text(200),
      level: text(50),
      status: text(50),
      issueCategory: text(50),
      permalink: WebUrl,
      web_url: WebUrl,
      firstSeen: Time.nullish().catch(undefined),
      project: z.object({ slug: text(200), name: text(200) }).nullish(),
    }),
  }),
});

/** By what was done, and by the status that an issue then has. */
const states: ReadonlyMap<string | undefined, State> = new Map<string | undefined, State>([
  ['created', 'open'],
  ['unresolved', 'open'],
  ['resolved', 'resolved'],
  // Nobody is to look at it any more; Sentry calls it archived, and ignored before that.
  ['archived', 'resolved'],
  ['ignored', 'resolved'],
]);

/**
 * An issue and what people do with it. An activity alert (`triggered`) only tells that something was done.
 * https://docs.sentry.io/integrations/integration-platform/webhooks/issues/
 */
export const readIssue = reader(IssueBody, ({ action, actor, said, data: { issue } }) => {
  // Rules of ownership assign new issues by themselves.
  const taken = action === 'assigned' && actor?.type === 'user' && issue.status !== 'resolved';
  const state = taken ? 'acknowledged' : states.get(action === 'triggered' ? issue.status : action);
  if (issue.issueCategory === 'feedback') return ignored('what a user thinks');
  if (state === undefined) return ignored(`an issue ${action}`);
  const born = action === 'created' ? (issue.firstSeen ?? undefined) : undefined;
  const at = born ?? said.at;
  // What may happen again in an issue's life is told from its repetition by the delivery alone.
  const which = action === 'created' ? '' : `:${said.delivery ?? at.toISOString()}`;
  return signalled([
    {
      key: `sentry:issue:${issue.id}:${action}${which}`,
      source: 'sentry',
      subject: `issue:${issue.id}`,
      state,
      occurredAt: at.toISOString(),
      clock: born === undefined ? said.clock : 'source',
      ...defined({
        title: issue.title,
        reference: issue.shortId,
        severity: severityOf(issue.level),
        serviceName: issue.project?.slug ?? issue.project?.name,
        url: issue.web_url ?? issue.permalink,
        labels: labelsOf({ culprit: issue.culprit, level: issue.level }),
      }),
    },
  ]);
});
