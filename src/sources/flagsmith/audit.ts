import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Kind } from '../../domain/change.ts';
import { defined } from '../reading/defined.ts';
import { Time, actorOf, name, text } from '../reading/fields.ts';
import { flagTitle } from '../reading/flag-words.ts';
import { lookUp } from '../reading/look-up.ts';
import { ignored, reader, told } from '../reading/reader.ts';

const Named = z.object({ name: text(150) }).nullish();

const Audit = z.object({
  created_date: Time,
  log: name(500),
  author: z.object({ email: text(320), first_name: text(100), last_name: text(100) }).nullish(),
  environment: Named,
  project: Named,
  related_object_type: text(50),
  related_object_id: z.unknown().optional(),
  related_object_uuid: z.unknown().optional(),
  /** Whether no other kind of webhook tells of it. */
  alone: z.boolean(),
});
type Audit = z.output<typeof Audit>;

/**
 * The types of what an entry is about, as they are documented. People read of a flag's state in FLAG_UPDATED, which says
 * more and goes to the same webhook of an organisation.
 */
const kinds: Readonly<Record<string, Kind>> = {
  FEATURE: 'flag',
  SEGMENT: 'flag',
  IMPORT_REQUEST: 'flag',
  RELEASE_PIPELINE: 'flag',
  ENVIRONMENT: 'config',
};
const states = new Set(['FEATURE_STATE', 'EF_VERSION', 'EDGE_IDENTITY']);

/** One entry of the audit log: https://docs.flagsmith.com/administration-and-security/governance-and-compliance/audit-logs */
export const readAudit = reader(Audit, (entry) => {
  const type = entry.related_object_type?.toUpperCase().replaceAll(' ', '_') ?? '';
  if (states.has(type) && !entry.alone) return ignored('the state of a flag, which comes as FLAG_UPDATED too');
  const kind = states.has(type) ? 'flag' : lookUp(kinds, type);
  if (kind === undefined) return ignored(`an entry of the audit log about ${type === '' ? 'nothing' : type}`);
  const content = JSON.stringify([entry.log, entry.project?.name, entry.environment?.name, type, relatedTo(entry)]);
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 32);
  const object = `flagsmith:audit:${entry.created_date.toISOString()}:${hash}`;
  const { author } = entry;
  const person = [author?.first_name, author?.last_name].filter((part) => part !== undefined).join(' ');
  return told({
    statement: {
      key: object,
      source: 'flagsmith',
      occurredAt: entry.created_date.toISOString(),
      clock: 'source',
      phase: 'happened',
      kind,
      title: titleOf(entry.log),
      ...defined({
        environmentName: entry.environment?.name,
        actor: actorOf({ email: author?.email, name: person === '' ? undefined : person }),
        details: entry.project?.name === undefined ? undefined : { project: entry.project.name },
      }),
    },
    identities: [{ type: 'flag-event', value: object }],
    mentions: [],
  });
});

function relatedTo({ related_object_id: id, related_object_uuid: uuid }: Audit): string {
  return String(typeof id === 'number' || typeof id === 'string' ? id : typeof uuid === 'string' ? uuid : '');
}

/** Sentences of Flagsmith's that have a shorter form. The others stand as they are. */
const sentences: readonly (readonly [RegExp, string, string])[] = [
  [/^New Flag \/ Remote Config created: (.+)$/i, '', 'created'],
  [/^Flag \/ Remote Config updated: (.+)$/i, '', 'changed'],
  [/^Flag \/ Remote Config deleted: (.+)$/i, '', 'deleted'],
  [/^Flag state \/ Remote Config value updated for feature: (.+)$/i, '', 'state or value changed'],
  [/^New version published for feature: (.+)$/i, '', 'new version published'],
  [/^New Segment created: (.+)$/i, 'segment ', 'created'],
  [/^Segment updated: (.+)$/i, 'segment ', 'changed'],
  [/^Segment deleted: (.+)$/i, 'segment ', 'deleted'],
  [/^New Environment created: (.+)$/i, 'environment ', 'created'],
  [/^Environment updated: (.+)$/i, 'environment ', 'changed'],
];

function titleOf(log: string): string {
  for (const [sentence, noun, words] of sentences) {
    const [, subject] = sentence.exec(log) ?? [];
    if (subject !== undefined) return flagTitle(`${noun}${subject}`, [words]);
  }
  return log.slice(0, 300).toWellFormed();
}
