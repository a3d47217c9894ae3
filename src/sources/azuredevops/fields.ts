import { z } from 'zod';
import type { Actor, Phase, Statement } from '../../domain/event.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { parseTimestamp } from '../../domain/timestamp.ts';
import { WebUrl, actorOf, text } from '../reading/fields.ts';
import { repositoryOfUrl } from '../reading/git-url.ts';
import { lookUp } from '../reading/look-up.ts';

/** What is not known yet is the year 1. */
export const MaybeTime = z
  .unknown()
  .optional()
  .transform((value) => parseTimestamp(value) ?? undefined);

/** What all notifications have in common. Numbers are unique within the collection only. */
export const envelope = {
  createdDate: MaybeTime,
  resourceContainers: z
    .object({ collection: z.object({ id: text(50) }).nullish(), account: z.object({ id: text(50) }).nullish() })
    .nullish()
    .catch(undefined)
    .transform((containers) => containers?.collection?.id ?? containers?.account?.id ?? 'collection'),
};

/** A link, given as `{"href": …}`. */
export const Link = z
  .object({ href: WebUrl })
  .nullish()
  .catch(undefined)
  .transform((link) => link?.href);

export const Identity = z
  .object({ displayName: text(200), uniqueName: text(320) })
  .nullish()
  .catch(undefined)
  .transform((identity): Actor | undefined => {
    // `Windows Live ID\ada@example.com`
    const unique = identity?.uniqueName?.split('\\').at(-1);
    const isAddress = unique !== undefined && /^[^\s@]+@[^\s@]+$/.test(unique);
    return actorOf({
      name: identity?.displayName,
      email: isAddress ? unique : undefined,
      login: isAddress ? undefined : outsideText(unique, 100),
    });
  });

export const Repository = z
  .object({
    name: text(100),
    defaultBranch: text(260),
    remoteUrl: text(500),
    webUrl: WebUrl,
    project: z.object({ name: text(100) }).nullish(),
  })
  .transform((repository, context) => {
    const { name, project, remoteUrl, webUrl } = repository;
    // Names may have spaces, of which addresses are made with `%20`.
    const named = [project?.name, name].map((part) => part?.toLowerCase().replaceAll(/[^\w.~-]+/g, '-')).join('/');
    const full_name = repositoryOfUrl(remoteUrl) ?? repositoryOfUrl(webUrl) ?? named;
    if (!/^[\w.~-]+(?:\/[\w.~-]+)+$/.test(full_name) || full_name.length > 150) {
      context.addIssue({ code: 'custom', message: 'has no name' });
      return z.NEVER;
    }
    return {
      full_name,
      default_branch: repository.defaultBranch?.replace(/^refs\/heads\//, ''),
      url: webUrl ?? WebUrl.parse(remoteUrl?.replace(/^(https?:\/\/)[^/@\s]*@/i, '$1')),
    };
  });
export type Repository = z.output<typeof Repository>;

/** A service hook seldom tells which branch is the default one of a repository whose branches it names. */
export function withDefaultBranch(repository: Repository, branch: string): Repository {
  const usual = branch === 'main' || branch === 'master' ? branch : undefined;
  return { ...repository, default_branch: repository.default_branch ?? usual };
}

export function timeOr(receivedAt: Date, told: Date | undefined): Pick<Statement, 'occurredAt' | 'clock'> {
  return { occurredAt: (told ?? receivedAt).toISOString(), clock: told === undefined ? 'received' : 'source' };
}

const results: Readonly<Record<string, Phase>> = {
  succeeded: 'succeeded',
  succeededwithissues: 'succeeded',
  partiallysucceeded: 'succeeded',
  failed: 'failed',
  canceled: 'cancelled',
  cancelled: 'cancelled',
  stopped: 'cancelled',
};

/** How a build, run, stage or deployment ended. */
export function phaseOf(result: string | undefined): Phase | undefined {
  return lookUp(results, result?.toLowerCase());
}

/** `refs/heads/main` → `main`; of tags too. */
export function shortRef(ref: string | undefined): string | undefined {
  return ref?.replace(/^refs\/(?:heads|tags)\//, '');
}
