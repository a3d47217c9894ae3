import { z } from 'zod';
import type { Catalog } from '../../domain/catalog.ts';
import type { Actor, Statement } from '../../domain/event.ts';
import { firstCodePoints } from '../../domain/outside-text.ts';
import { actorOf, name, text } from '../reading/fields.ts';
import { placeInName } from '../reading/place-in-name.ts';

/** What all events of a stack say. Pulumi gives them no time. */
export const stackFields = {
  user: z.object({ name: text(200), githubLogin: text(200) }).nullish(),
  organization: z.object({ name: text(200), githubLogin: text(200) }).nullish(),
  projectName: text(200),
  stackName: name(200),
};

interface OfStack {
  readonly organization?:
    | { readonly name?: string | undefined; readonly githubLogin?: string | undefined }
    | null
    | undefined;
  readonly projectName?: string | undefined;
  readonly stackName: string;
}

/** `website/prod`, as Pulumi writes it. */
export function stackTitle({ projectName, stackName }: OfStack): string {
  return projectName === undefined ? stackName : `${projectName}/${stackName}`;
}

/** `acme/website/prod`, which is one in all of Pulumi Cloud. At most 300 characters. */
export function stackId(stack: OfStack): string {
  return firstCodePoints(`${stack.organization?.githubLogin ?? ''}/${stackTitle(stack)}`, 200);
}

/** The project is the service and its stacks are where it runs: a stack of another name is an environment too. */
export function stackPlace(
  { projectName, stackName }: OfStack,
  catalog: Catalog,
): Pick<Statement, 'environmentName' | 'serviceName'> {
  const told = placeInName(stackName, catalog);
  const service = projectName ?? told.serviceName;
  return {
    environmentName: told.environmentName ?? stackName,
    ...(service === undefined ? {} : { serviceName: service }),
  };
}

export function userOf(
  user: { readonly name?: string | undefined; readonly githubLogin?: string | undefined } | null | undefined,
): Actor | undefined {
  return actorOf({ login: user?.githubLogin, name: user?.name });
}

/** The part of a link to Pulumi Cloud that names what it leads to. */
export function pathOf(url: string | undefined): string | undefined {
  const path = (url ?? '').replace(/^https?:\/\/[^/]*\/?/i, '').replace(/[?#].*$/, '');
  return path === '' ? undefined : firstCodePoints(path, 250);
}
