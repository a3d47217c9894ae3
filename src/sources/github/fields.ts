import { z } from 'zod';
import type { Actor } from '../../domain/event.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { Id, WebUrl, actorOf, text } from '../reading/fields.ts';

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

/** Of any pull request, whatever happened to it. */
export const PullRequestFields = z.object({ number: Id, title: text(300), html_url: WebUrl, user: Account });
