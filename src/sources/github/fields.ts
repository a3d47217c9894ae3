import { z } from 'zod';
import type { Actor } from '../../domain/event.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { parseTimestamp } from '../../domain/timestamp.ts';
import { defined } from '../defined.ts';

/** One line of text, cut to a limit in code points; undefined when absent, null or blank. */
export function text(limit: number) {
  return z
    .string()
    .nullish()
    .transform((value) => outsideText(value, limit));
}

/** As `text`, of what has to be there. */
export function name(limit: number) {
  return z.string().transform((value, context) => {
    const line = outsideText(value, limit);
    if (line !== undefined) return line;
    context.addIssue({ code: 'custom', message: 'is blank' });
    return z.NEVER;
  });
}

export const Sha = z.string().regex(/^[0-9a-f]{40}$/, 'is not a commit');

export const Time = z.union([z.string(), z.number()]).transform((value, context) => {
  const time = parseTimestamp(value);
  if (time !== null) return time;
  context.addIssue({ code: 'custom', message: 'is not a time' });
  return z.NEVER;
});

/** Some of GitHub's links are typed in by people: only what a browser may open safely is taken. */
export const WebUrl = text(3000).transform((url) =>
  url !== undefined && /^https?:\/\/\S+$/i.test(url) ? url : undefined,
);

export const Id = z.number().int().nonnegative();

/** `<owner>/<name>`, lower-case: GitHub treats names that differ in case as equal. */
export const Repository = z.object({
  full_name: z
    .string()
    .regex(/^[^\s/]{1,50}\/[^\s/]{1,100}$/, 'is not <owner>/<name>')
    .transform((value, context) => {
      const line = outsideText(value, 151);
      if (line === value) return line.toLowerCase();
      context.addIssue({ code: 'custom', message: 'is not <owner>/<name>' });
      return z.NEVER;
    }),
  default_branch: text(250),
  html_url: WebUrl,
});

/** GitHub's page for what lies between two commits. */
export function compareUrlOf({ html_url: url }: z.output<typeof Repository>): string | undefined {
  return url === undefined ? undefined : `${url}/compare/{from}...{to}`;
}

/** A user, an organisation or a bot. Null when the account was deleted. */
export const Account = z
  .object({ login: text(100), name: text(200), email: text(320) })
  .nullish()
  .transform((account): Actor | undefined => actorOf(account ?? {}));

/** Whoever wrote a commit, as git knows them. */
export const Person = z
  .object({ name: text(200), email: text(320), username: text(100) })
  .nullish()
  .transform((person): Actor | undefined =>
    actorOf({ login: person?.username, name: person?.name, email: person?.email }),
  );

function actorOf(fields: { login?: string | undefined; name?: string | undefined; email?: string | undefined }) {
  const { login, name, email } = fields;
  const actor = defined({ login, name, email });
  return Object.keys(actor).length === 0 ? undefined : actor;
}
