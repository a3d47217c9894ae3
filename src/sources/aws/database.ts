import { z } from 'zod';
import type { Kind } from '../../domain/change.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { repetitionOf } from '../../domain/repetition.ts';
import { name, text } from '../reading/fields.ts';
import { ignored, told } from '../reading/reader.ts';
import type { ReaderContext } from '../reading/reader.ts';
import type { Parsed } from '../reading/source.ts';
import { type AwsEvent, TagList, Utc, eventReader, keyOf, momentOf, placeOf, when } from './event.ts';

/** First fits. Backups and what is only told for information change nothing. */
const kinds: readonly (readonly [string, Kind])[] = [
  ['configuration change', 'config'],
  ['creation', 'infrastructure'],
  ['deletion', 'infrastructure'],
  ['failover', 'maintenance'],
  ['failure', 'maintenance'],
  ['availability', 'maintenance'],
  ['maintenance', 'maintenance'],
  ['recovery', 'maintenance'],
  ['restoration', 'maintenance'],
  ['security patching', 'maintenance'],
  ['patch', 'maintenance'],
  ['low storage', 'maintenance'],
  ['read replica', 'infrastructure'],
  ['global failover', 'maintenance'],
  ['security', 'config'],
];

const Database = z.object({
  EventCategories: z.array(z.string().max(100)).max(20).nullish(),
  SourceType: text(50),
  SourceIdentifier: name(300),
  Message: name(1000),
  EventID: text(50),
  Date: Utc,
  Tags: TagList,
});

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-cloud-watch-events.html */
export const readDatabase = eventReader(Database, (detail, event, context) => {
  const categories = new Set(detail.EventCategories ?? []);
  const kind = kinds.find(([category]) => categories.has(category))?.[1];
  if (kind === undefined) return ignored(`a database event about ${[...categories].join(', ') || 'nothing named'}`);
  if (/SNAPSHOT/.test(detail.SourceType ?? '')) return ignored('a snapshot of a database');
  return databaseChange(
    {
      kind,
      product: 'RDS',
      object: detail.SourceIdentifier,
      message: detail.Message,
      at: detail.Date,
      tags: detail.Tags,
    },
    event,
    context,
  );
});

interface DatabaseChange {
  readonly kind: Kind;
  readonly product: string;
  readonly object: string;
  readonly message: string;
  readonly at?: Date | undefined;
  readonly tags?: z.output<typeof TagList>;
}

/** A database that restarts all day is one change an hour. */
export function databaseChange(
  { kind, product, object, message, at, tags }: DatabaseChange,
  event: AwsEvent,
  context: ReaderContext,
): Parsed {
  const time = when(event, context, at);
  return told({
    statement: {
      key: keyOf('database', event.account, event.region, object, message, momentOf(event, at)),
      ...time,
      phase: 'happened',
      kind,
      title: outsideText(`${product} ${object}: ${message}`, 300) ?? product,
      ...placeOf(event, context, { within: [object], tags }),
    },
    identities: [repetitionOf('aws', ['database', event.account, event.region, object, message], time.occurredAt)],
    mentions: [],
  });
}

const Cache = z.object({ message: text(1000), Message: text(1000) });

/** ElastiCache: the detail's type says it all. */
export const readCache = eventReader(Cache, (detail, event, context) => {
  const [arn = 'cache'] = event.resources;
  return databaseChange(
    {
      kind: /\b(?:created?|deleted?|creation|deletion)\b/i.test(event.type) ? 'infrastructure' : 'maintenance',
      product: 'ElastiCache',
      object: arn.split(':').at(-1) ?? arn,
      message: detail.message ?? detail.Message ?? event.type.replace(/^ElastiCache /, ''),
    },
    event,
    context,
  );
});
