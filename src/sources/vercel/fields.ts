import { z } from 'zod';
import type { Actor } from '../../domain/event.ts';
import { Time, actorOf, text } from '../reading/fields.ts';

/** What all deliveries have in common. */
export const envelope = {
  id: z.string().regex(/^[\w-]{1,100}$/, 'is not an id'),
  type: z.string().max(100),
  createdAt: Time,
};

export const VercelId = z.string().regex(/^[\w-]{1,100}$/, 'is not an id');

export const Named = z.object({ id: text(100), name: text(100) }).nullish();

/** Mostly nothing but a number that says nothing to people. */
export const User = z
  .object({ username: text(100), name: text(200), email: text(320) })
  .nullish()
  .transform((user): Actor | undefined => actorOf({ login: user?.username, name: user?.name, email: user?.email }));
