import { z } from 'zod';
import type { Phase, TimelineEvent } from '../../domain/event.ts';
import { firstCodePoints } from '../../domain/outside-text.ts';
import { defined } from '../reading/defined.ts';
import { runMentions } from '../reading/deploy-mentions.ts';
import { Time, WebUrl, actorOf, name, text } from '../reading/fields.ts';
import { placeInName } from '../reading/place-in-name.ts';
import { type ReaderContext, ignored, reader, told } from '../reading/reader.ts';

const Notification = z.object({
  run_status: name(60),
  run_updated_at: Time.nullish(),
  run_updated_by: text(200),
});
type Notification = z.output<typeof Notification>;

const RunBody = z.object({
  run_id: name(100),
  run_url: WebUrl,
  run_message: text(300),
  run_created_by: text(200),
  workspace_id: text(100),
  workspace_name: text(200),
  organization_name: text(200),
  notifications: z.array(Notification).min(1).max(100),
});
type RunBody = z.output<typeof RunBody>;

/**
 * Only what touches infrastructure; in every other state a run waits, plans or is checked.
 * https://developer.hashicorp.com/terraform/cloud-docs/run/states
 */
const phases: ReadonlyMap<string, Phase> = new Map<string, Phase>([
  ['applying', 'started'],
  ['post_apply_running', 'started'],
  ['post_apply_completed', 'started'],
  ['applied', 'succeeded'],
  ['errored', 'failed'],
  ['canceled', 'cancelled'],
  ['force_canceled', 'cancelled'],
  ['discarded', 'cancelled'],
]);

/** Of one run there are several notifications, and one may hold several. All are about one change. */
export const readRun = reader(RunBody, (body, context) => {
  const news = body.notifications.filter(({ run_status: status }) => status !== 'planned_and_finished');
  if (news.length === 0) return ignored('a run whose plan held no changes');
  return told(...news.map((notification) => runEvent(body, notification, context)));
});

function runEvent(body: RunBody, notification: Notification, { receivedAt, catalog }: ReaderContext): TimelineEvent {
  const { run_status: status, run_updated_at: updatedAt } = notification;
  const workspace = body.workspace_name ?? body.workspace_id ?? 'a workspace';
  const at = (updatedAt ?? receivedAt).toISOString();
  const url = body.run_url;
  // A run that ends early may not have come to its apply.
  const what = /^(?:post_)?appl/.test(status) ? 'apply' : 'run';
  const message = body.run_message === undefined ? '' : `: ${body.run_message}`;
  return {
    statement: {
      key: `terraform:run:${body.run_id}:${status}${updatedAt ? `:${at}` : ''}`,
      source: 'terraform',
      occurredAt: at,
      clock: updatedAt ? 'source' : 'received',
      phase: phases.get(status) ?? 'mentioned',
      kind: 'infrastructure',
      title: firstCodePoints(`terraform ${what} ${workspace}${message}`, 300),
      details: defined({ workspace: body.workspace_name, organization: body.organization_name }),
      ...placeInName(body.workspace_name, catalog),
      ...defined({ url, actor: actorOf({ login: body.run_created_by ?? notification.run_updated_by }) }),
    },
    identities: [{ type: 'run', value: `terraform:${body.run_id}` }],
    mentions: runMentions([url]),
  };
}
