import { z } from 'zod';
import type { Identity } from '../../domain/identity.ts';
import { defined } from '../reading/defined.ts';
import { name, text } from '../reading/fields.ts';
import type { ReaderContext } from '../reading/reader.ts';
import type { Parsed } from '../reading/source.ts';
import type { ToldFields } from '../reading/told-fields.ts';
import type { CloudEvent } from './envelope.ts';

/** A CDEvent on its way to the reader of its subject. */
export interface CDEvent {
  readonly event: CloudEvent;
  /** As in `dev.cdevents.service.deployed.0.2.0`: `deployed`. */
  readonly predicate: string;
  readonly subject: { readonly id: string; readonly source: string };
  readonly content: unknown;
  /** What the sender added of its own. */
  readonly custom: ToldFields;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  /** Its chain and links. */
  readonly mentions: readonly Identity[];
}

export type CDEventReader = (event: CDEvent, context: ReaderContext) => Parsed;

/** What a subject refers to: `{id, source}`. */
export const Reference = z.object({ id: name(300), name: text(200) });

/** Of `namespace/checkout` or `deployment/checkout` the last part: the rest says where it is. */
export function lastPart(id: string): string {
  return id.split('/').findLast((part) => part.trim() !== '') ?? id;
}

/** What customData tells about any change. */
export function customFields({ custom, details }: CDEvent) {
  const { commit, repository, actor, reason, runUrl } = custom;
  return defined({ commit, repository, actor, reason, runUrl, details });
}
