import { z } from 'zod';
import { outsideJson, outsideText } from '../../domain/outside-text.ts';
import { defined } from '../reading/defined.ts';
import { name, text } from '../reading/fields.ts';
import { isObject } from '../reading/json.ts';
import { lookUp } from '../reading/look-up.ts';
import { ignored, told } from '../reading/reader.ts';
import { TagList, Utc, consoleUrl, eventReader, keyOf, momentOf, placeOf, when } from './event.ts';

const Result = z.object({ complianceType: text(50), resultRecordedTime: Utc, annotation: text(500) }).nullish();

const Compliance = z.object({
  configRuleName: name(200),
  resourceType: name(200),
  resourceId: name(500),
  messageType: text(100),
  newEvaluationResult: Result,
  oldEvaluationResult: Result,
  notificationCreationTime: Utc,
});

/** https://docs.aws.amazon.com/config/latest/developerguide/monitor-config-with-cloudwatchevents.html */
export const readCompliance = eventReader(Compliance, (detail, event, context) => {
  const {
    configRuleName: rule,
    resourceType,
    resourceId,
    newEvaluationResult: now,
    oldEvaluationResult: before,
  } = detail;
  const [was, is] = [before?.complianceType, now?.complianceType];
  const broken = [now, before].filter((result) => result?.complianceType === 'NON_COMPLIANT');
  // A rule stays broken from the moment at which that was recorded; what tells that it is over says which one it was.
  const moments = broken.flatMap((result) => result?.resultRecordedTime ?? []);
  const [brokenAt] = moments;
  const isBroken = is === 'NON_COMPLIANT';
  if (!isBroken && was !== 'NON_COMPLIANT') return ignored('a resource that neither broke a rule nor mended');
  if (!isBroken && is !== 'COMPLIANT' && brokenAt === undefined)
    return ignored('a resource that a rule does not concern any more');
  const at = now?.resultRecordedTime ?? detail.notificationCreationTime;
  const since = (moment: Date | undefined) =>
    keyOf('config-rule', event.account, event.region, rule, resourceType, resourceId, momentOf(event, moment));
  const object = since(brokenAt ?? at);
  const what = `${typeName(resourceType)} ${resourceId}`;
  const title = isBroken
    ? `${what} breaks the Config rule ${rule}`
    : is === 'COMPLIANT'
      ? `${what} complies with the Config rule ${rule} again`
      : `${what} is no longer a matter of the Config rule ${rule}`;
  return told({
    statement: {
      key: keyOf(object, is),
      ...when(event, context, at),
      phase: brokenAt === undefined ? 'happened' : isBroken ? 'started' : 'succeeded',
      kind: 'drift',
      title: outsideText(title, 300) ?? '',
      ...placeOf(event, context, { within: [resourceId] }),
      ...defined({
        startedAt: isBroken ? undefined : brokenAt?.toISOString(),
        reason: now?.annotation,
        before: was === undefined ? undefined : { compliance: was },
        after: is === undefined ? undefined : { compliance: is },
        url: consoleUrl(event, `config/home#/rules/details?configRuleName=${encodeURIComponent(rule)}`),
      }),
    },
    identities: (moments.length === 0 ? [at] : moments).map((moment) => ({ type: 'drift', value: since(moment) })),
    mentions: [],
  });
});

/** What Config keeps about its own work, and what comes and goes with others. */
const passing =
  /^AWS::(?:Config::\w+|SSM::(?:AssociationCompliance|PatchCompliance|ManagedInstanceInventory|FileData)|EC2::NetworkInterface|CloudWatch::Alarm|Backup::RecoveryPoint|ECS::TaskSet)$/;

const Item = z.object({
  configurationItem: z.object({
    resourceType: name(200),
    resourceId: name(500),
    resourceName: text(300),
    configurationItemCaptureTime: Utc,
    tags: TagList,
  }),
  configurationItemDiff: z
    .object({ changeType: text(30), changedProperties: z.record(z.string(), z.unknown()).nullish() })
    .nullish(),
});

const verbs: Readonly<Record<string, string>> = { CREATE: 'created', UPDATE: 'changed', DELETE: 'deleted' };

/** https://docs.aws.amazon.com/config/latest/developerguide/example-sns-notification.html */
export const readItem = eventReader(Item, (detail, event, context) => {
  const { configurationItem: item, configurationItemDiff: diff } = detail;
  if (passing.test(item.resourceType)) return ignored(`${item.resourceType} comes and goes with other changes`);
  const verb = lookUp(verbs, diff?.changeType ?? '');
  if (verb === undefined) return ignored('a configuration item that did not change');
  const properties = Object.entries(diff?.changedProperties ?? {}).filter(
    ([path]) => !path.startsWith('Relationships'),
  );
  if (properties.length === 0 && verb === 'changed') return ignored('a resource of which only its relations changed');
  const named = item.resourceName ?? item.resourceId;
  const at = item.configurationItemCaptureTime;
  const object = keyOf(
    'config-item',
    event.account,
    event.region,
    item.resourceType,
    item.resourceId,
    momentOf(event, at),
  );
  return told({
    statement: {
      key: object,
      ...when(event, context, at),
      phase: 'happened',
      kind: 'config',
      title: outsideText(`${typeName(item.resourceType)} ${named} ${verb}`, 300) ?? '',
      ...placeOf(event, context, { within: [named], tags: item.tags }),
      ...(verb === 'changed' ? sidesOf(properties) : {}),
      ...defined({
        url: consoleUrl(
          event,
          `config/home#/resources/timeline?resourceType=${encodeURIComponent(item.resourceType)}&resourceId=${encodeURIComponent(item.resourceId)}`,
        ),
      }),
    },
    identities: [{ type: 'config-item', value: object }],
    mentions: [],
  });
});

function sidesOf(properties: readonly (readonly [string, unknown])[]) {
  const side = (which: string) =>
    outsideJson(
      Object.fromEntries(
        properties
          .slice(0, 50)
          .map(([path, change]) => [
            path.replace(/^Configuration\./, ''),
            isObject(change) ? (change[which] ?? null) : null,
          ]),
      ),
    );
  return { before: side('previousValue'), after: side('updatedValue') };
}

/** `security group` of `AWS::EC2::SecurityGroup`, `DB instance` of `AWS::RDS::DBInstance`. */
export function typeName(type: string): string {
  return camelWords(type.split('::').at(-1) ?? type);
}

/** `modify DB instance` of `ModifyDBInstance`: small letters, but for what is written in capitals. */
export function camelWords(name: string): string {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(' ')
    .map((word) => (/^[A-Z\d]{2,}s?$/.test(word) ? word : word.toLowerCase()))
    .join(' ');
}
