import { z } from 'zod';
import type { Phase } from '../../domain/event.ts';
import { repetitionOf } from '../../domain/repetition.ts';
import { defined } from '../reading/defined.ts';
import { name, text } from '../reading/fields.ts';
import { ignored, told } from '../reading/reader.ts';
import { eventReader, keyOf, momentOf, placeOf, when } from './event.ts';

const Instance = z.object({ AutoScalingGroupName: name(300), StatusMessage: text(1000), Cause: text(1000) });

/** Instances come and go all day; one that cannot is worth a line, once an hour. */
export const readScalingFailure = eventReader(Instance, (detail, event, context) => {
  const { AutoScalingGroupName: group } = detail;
  const what = /launch/i.test(event.type) ? 'launch' : 'terminate';
  const time = when(event, context);
  return told({
    statement: {
      key: keyOf('auto-scaling', event.account, event.region, group, what, event.id, momentOf(event)),
      ...time,
      phase: 'failed',
      kind: 'infrastructure',
      title: `auto scaling group ${group} could not ${what} an instance`,
      ...placeOf(event, context, { within: [group] }),
      ...defined({ reason: detail.StatusMessage ?? detail.Cause }),
    },
    identities: [repetitionOf('aws', ['auto-scaling', event.account, event.region, group, what], time.occurredAt)],
    mentions: [],
  });
});

const Refresh = z.object({ AutoScalingGroupName: name(300), InstanceRefreshId: name(100) });

const phases: readonly (readonly [RegExp, Phase])[] = [
  [/ Started$/, 'started'],
  [/ Succeeded$/, 'succeeded'],
  [/ Failed$/, 'failed'],
  [/ Cancelled$/, 'cancelled'],
  [/ Rollback Started$/, 'failed'],
];

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-eventbridge-events.html */
export const readInstanceRefresh = eventReader(Refresh, (detail, event, context) => {
  const phase = phases.findLast(([pattern]) => pattern.test(event.type))?.[1];
  if (phase === undefined) return ignored('an instance refresh on its way');
  const { AutoScalingGroupName: group, InstanceRefreshId: refresh } = detail;
  return told({
    statement: {
      key: keyOf('instance-refresh', refresh, event.type, momentOf(event)),
      ...when(event, context),
      phase,
      kind: 'infrastructure',
      title: `instances of auto scaling group ${group} replaced`,
      ...placeOf(event, context, { within: [group] }),
    },
    identities: [{ type: 'run', value: keyOf('instance-refresh', event.account, event.region, refresh) }],
    mentions: [],
  });
});

const Spot = z.object({ 'instance-id': text(50), 'instance-action': text(50) });

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html */
export const readSpotInterruption = eventReader(Spot, (detail, event, context) => {
  const time = when(event, context);
  const instance = detail['instance-id'];
  return told({
    statement: {
      key: keyOf('spot', instance, momentOf(event)),
      ...time,
      phase: 'happened',
      kind: 'maintenance',
      title: 'spot instances taken back by AWS',
      ...placeOf(event, context, {}),
      ...defined({ details: instance === undefined ? undefined : { instance } }),
    },
    identities: [repetitionOf('aws', ['spot', event.account, event.region], time.occurredAt)],
    mentions: [],
  });
});
