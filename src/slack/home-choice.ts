import type { Nameable } from '../domain/alias.ts';
import { type HomePress, homePressOf } from './home-press.ts';

/** A press in the Home tab that says something. */
export interface HomeChoice extends HomePress {
  readonly value: string;
}

/** Ids of blocks about a name, at most 255 characters as Slack wants them. */
export function nameBlockId(what: Nameable, name: string): string {
  return `names:${what}:${name}`;
}

/** Null for a payload that is no choice in the Home tab. */
export function homeChoiceOf(body: unknown): HomeChoice | null {
  const press = homePressOf(body);
  const value = press?.value ?? null;
  return press === null || value === null ? null : { ...press, value };
}

/** The name that a block is about. Null: none. */
export function nameOfBlock(blockId: string): { readonly what: Nameable; readonly name: string } | null {
  const [, what, name] = /^names:(service|environment):(.+)$/su.exec(blockId) ?? [];
  return name === undefined ? null : { what: what === 'service' ? 'service' : 'environment', name };
}
