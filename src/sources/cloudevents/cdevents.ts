import { z } from 'zod';
import type { Identity } from '../../domain/identity.ts';
import { outsideJson } from '../../domain/outside-text.ts';
import { Time, name, text } from '../reading/fields.ts';
import { isObject } from '../reading/json.ts';
import { lookUp } from '../reading/look-up.ts';
import { type Reader, type ReaderContext, ignored, reader } from '../reading/reader.ts';
import type { Parsed } from '../reading/source.ts';
import { toldFields } from '../reading/told-fields.ts';
import type { CDEvent, CDEventReader } from './cdevent.ts';
import { readEnvironment } from './cdevents-environment.ts';
import { readIncident } from './cdevents-incident.ts';
import { readMerge } from './cdevents-merge.ts';
import { readPipelineRun } from './cdevents-pipeline-run.ts';
import { readService } from './cdevents-service.ts';
import { type CloudEvent, bounded } from './envelope.ts';

/**
 * What all CDEvents have, 0.3 to 0.5 (https://cdevents.dev/docs): 0.5 calls `context.version` `specversion` and has no
 * `subject.type`; neither is needed, because the type of the event tells its subject.
 */
const Body = z.object({
  context: z.object({ timestamp: Time.nullish(), chainId: text(200), links: z.unknown().optional() }),
  subject: z.object({ id: name(2000), source: text(2000), content: z.unknown().optional() }),
  customData: z.unknown().optional(),
});

const readers: ReadonlyMap<string, CDEventReader> = new Map([
  ['service', readService],
  ['environment', readEnvironment],
  ['change', readMerge],
  ['incident', readIncident],
  ['pipelinerun', readPipelineRun],
]);

const untracked: Readonly<Record<string, string>> = {
  approval: 'an approval: the deploy that follows is told by itself',
  artifact: 'an artifact that was made: what runs is told by events about services',
  branch: 'a branch',
  build: 'a build: it changes nothing that runs',
  repository: 'a repository',
  taskrun: 'a task of a pipeline',
  testcaserun: 'a test',
  testoutput: 'a test',
  testsuiterun: 'a test',
  ticket: 'a ticket',
};

/** Subject and predicate of a type. The version behind them is the event's own, and any will do. Null: no CDEvent. */
export function cdEventType(type: string): readonly [subject: string, predicate: string] | null {
  const [, subject, predicate] = /^dev\.cdevents\.([a-z]{1,40})\.([a-z]{1,40})(?:\.|$)/i.exec(type) ?? [];
  return subject === undefined || predicate === undefined ? null : [subject.toLowerCase(), predicate.toLowerCase()];
}

export function readCDEvent(
  event: CloudEvent,
  [subject, predicate]: readonly [subject: string, predicate: string],
  context: ReaderContext,
): Parsed {
  const read = readers.get(subject);
  if (read === undefined) return ignored(lookUp(untracked, subject) ?? `${subject} is not tracked`);
  const readBody: Reader = reader(Body, (body) => {
    const { id, source, content } = body.subject;
    const details = outsideJson(body.customData);
    const cdEvent: CDEvent = {
      event: { ...event, time: body.context.timestamp ?? event.time },
      predicate,
      subject: { id, source: source ?? event.source },
      content,
      custom: toldFields(body.customData),
      details: Object.keys(details).length === 0 ? undefined : details,
      mentions: mentionsIn(event, body.context),
    };
    return read(cdEvent, context);
  });
  const parsed = readBody(event.data, context);
  return parsed.outcome === 'malformed' ? { ...parsed, error: `${subject}.${predicate}: ${parsed.error}` } : parsed;
}

/** https://cdevents.dev/docs/links: what the event came of, by its chain and by the events that its links name. */
function mentionsIn(
  event: CloudEvent,
  { chainId, links }: { chainId?: string | undefined; links?: unknown },
): readonly Identity[] {
  const linked = (Array.isArray(links) ? links : []).slice(0, 20).flatMap((link: unknown) => {
    if (!isObject(link)) return [];
    const end = [link['target'], link['from'], link['to']].find(isObject);
    return typeof end?.['contextId'] === 'string' ? [end['contextId']] : [];
  });
  return [
    ...[...new Set([event.id, ...linked])].map((id) => ({ type: 'cdevent', value: bounded(id, 200) })),
    ...(chainId === undefined ? [] : [{ type: 'chain', value: chainId }]),
  ];
}
