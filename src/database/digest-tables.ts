import type { ColumnType, Generated } from 'kysely';
import type { Digest } from '../domain/digest/digest.ts';
import type { DigestCause } from '../domain/digest/said.ts';

/** As in schema.ts. */
type Json<T> = ColumnType<T, string, string>;

export interface DigestChannels {
  named: string;
  since: Date;
}

export interface Digests {
  channel: string;
  week: string;
  named: string;
  services: string[] | null;
  due_at: Date;
  state: 'due' | 'composed' | 'told' | 'quiet' | 'muted' | 'refused';
  why: string | null;
  said: Json<Digest> | null;
  chart: Generated<'native' | 'picture' | 'words'>;
  picture: string | null;
  pictured_at: Date | null;
  made_at: Date;
  told_at: Date | null;
}

export interface DigestWords {
  id: Generated<string>;
  channel: string;
  week: string | null;
  kind: 'muted' | 'unmuted' | 'useless';
  by: string;
  at: Date;
  until: Date | null;
  cause: DigestCause | null;
  note: string | null;
}
