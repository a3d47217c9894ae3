import { z } from 'zod';
import type { Actor } from '../../domain/event.ts';
import { Time, WebUrl, actorOf, text } from '../reading/fields.ts';

/** Nothing depends on it: of another shape, it is as if it were not there. */
function optional<T extends z.ZodType>(type: T) {
  return type.optional().catch(undefined);
}

const Name = optional(z.object({ name: optional(text(200)) }));

/** An entry of the audit log, or the integration framework's rendering of one (`timestamp`, `project`, `verbKind`). */
export const Entry = z
  .object({
    _id: z.string().regex(/^[\w-]{1,100}$/, 'is not an id'),
    kind: z.string(),
    date: Time.nullish(),
    timestamp: z.object({ milliseconds: Time }).nullish(),
    name: optional(text(200)),
    key: optional(text(200)),
    description: optional(z.string()),
    details: optional(z.object({ plainText: optional(z.string()) })),
    comment: optional(text(2000)),
    member: optional(
      z.object({ email: optional(text(320)), firstName: optional(text(100)), lastName: optional(text(100)) }),
    ),
    token: Name,
    app: Name,
    subject: Name,
    titleVerb: optional(text(200)),
    verbKind: optional(text(100)),
    title: optional(z.union([z.string(), z.object({ markdown: z.string() }).transform(({ markdown }) => markdown)])),
    accesses: optional(z.array(z.object({ action: text(100), resource: text(1000) }))),
    target: optional(z.object({ resources: optional(z.array(z.string())) })),
    project: optional(
      z.object({ key: optional(text(200)), environment: optional(z.object({ key: optional(text(200)) })) }),
    ),
    baseURL: optional(WebUrl),
    _links: optional(
      z.object({
        site: optional(z.object({ href: optional(text(1000)) })),
        canonical: optional(z.object({ href: optional(text(1000)) })),
      }),
    ),
    instructions: optional(z.array(z.object({ kind: text(100) }))),
    currentVersion: z.unknown().optional(),
    previousVersion: z.unknown().optional(),
  })
  .transform(({ _id: id, ...entry }, context) => {
    const at = entry.date ?? entry.timestamp?.milliseconds;
    if (at !== undefined) return { ...entry, id, at };
    context.addIssue({ code: 'custom', message: 'is missing', path: ['date'] });
    return z.NEVER;
  });
export type Entry = z.output<typeof Entry>;

/** A person if one is named; else the token or the application that did it. */
export function actorIn({ member, token, app, subject }: Entry): Actor | undefined {
  const name = [member?.firstName, member?.lastName].filter((part) => part !== undefined).join(' ');
  const person = actorOf({ email: member?.email, name: name === '' ? undefined : name });
  return person ?? actorOf({ name: token?.name ?? app?.name ?? subject?.name });
}

/** Links are relative to the instance's own address, which the title's links tell. */
export function linkIn({ _links: links, baseURL, title }: Entry): string | undefined {
  const href = links?.site?.href;
  const told = [baseURL, /\]\((https:\/\/[^\s)]{1,200})/.exec(title ?? '')?.[1], links?.canonical?.href];
  const base = [...told, 'https://app.launchdarkly.com'].find((url) => url !== undefined && URL.canParse(url));
  if (href === undefined || base === undefined || !URL.canParse(href, base)) return undefined;
  return WebUrl.parse(new URL(href, base).href);
}
