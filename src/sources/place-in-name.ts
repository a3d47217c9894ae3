import type { Catalog } from '../domain/catalog.ts';
import type { Statement } from '../domain/event.ts';

type Place = Pick<Statement, 'environmentName' | 'serviceName'>;

/**
 * What the name of a workspace, stack or inventory tells: `network-prod-eu` is `network-eu` in `prod`, `production` is
 * the environment alone, `network` the service alone. An environment is told only by a word that is one in the settings,
 * with no other such word beside it; a service of the settings is never taken apart. `default` tells nothing.
 */
export function placeInName(name: string | undefined, { environments, services }: Catalog): Place {
  if (name === undefined || name.toLowerCase() === 'default') return {};
  const known = services.some((each) => [each.name, ...each.aliases].some((own) => isSame(own, name)));
  const words = name.split(/[\s_/.:-]+/).filter((word) => word !== '');
  const told = words.filter((word) => environments.has(word.toLowerCase()));
  const [environment] = told;
  if (known || environment === undefined || told.length > 1) return { serviceName: name };
  const rest = words.filter((word) => word !== environment).join('-');
  return { environmentName: environment, ...(rest === '' ? {} : { serviceName: rest }) };
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
