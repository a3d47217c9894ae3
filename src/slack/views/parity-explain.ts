import type { SlackContext } from '../context.ts';
import { changeFieldName } from '../modals/parity-explain.ts';
import { renderTold } from '../modals/told.ts';
import {
  type Differences,
  alarmsFollow,
  compareNow,
  differencesOf,
  groupIn,
  isChange,
  pairOf,
} from '../parity/find.ts';
import type { SubmissionRequest } from '../request.ts';
import { findAlarm } from '../../parity/alarms.ts';
import type { Pair } from '../../domain/comparison/difference.ts';
import { type ViewAnswer, show, wrong } from './answer.ts';

/** A change is kept as the reason of all differences of the group. */
export async function explainSubmitted(
  context: SlackContext,
  { asker, about, entered }: SubmissionRequest,
): Promise<ViewAnswer> {
  const changeId = entered.choice(changeFieldName) ?? '';
  if (!(await isChange(context, changeId))) return wrong(changeFieldName, 'That change is no longer in the timeline.');
  const found = await explained(context, asker.id, about);
  if (found === null)
    return show(renderTold('It is over', '*Nothing of it differs any more*, so nothing is left to explain.'));
  const { pair, differences } = found;
  const explanation = { pair, differences, changeId, note: entered.text('note'), by: asker.id };
  const said = await context.parity.explain(explanation, context.now());
  if (said === 'gone') return wrong(changeFieldName, 'That change is no longer in the timeline.');
  await alarmsFollow(context, pair);
  return show(renderTold('Explained', '*Explained.* It counts as explained until one of the two changes again.'));
}

async function explained(
  context: SlackContext,
  viewedBy: string,
  { l: alarmId, g: token, p: named }: SubmissionRequest['about'],
): Promise<{ readonly pair: Pair; readonly differences: Differences } | null> {
  if (alarmId !== undefined) {
    const alarm = await findAlarm(context.db, alarmId);
    const differences = alarm === null ? null : await differencesOf(context, alarm);
    return alarm === null || differences === null ? null : { pair: pairOf(alarm), differences };
  }
  if (named === undefined || token === undefined) return null;
  const pair = { reference: named[0], mirror: named[1] };
  const group = groupIn(await compareNow(context, viewedBy, pair), token);
  return group === null ? null : { pair, differences: group.differences };
}
