import type { Catalog } from '../../domain/catalog.ts';
import { environmentsIn } from '../../domain/config-path.ts';
import type { Statement } from '../../domain/event.ts';

type Place = Pick<Statement, 'environmentName' | 'serviceName'>;

/** As in `pre-prod-eu`. */
const longestName = 3;

/**
 * What the name of a workspace, stack or inventory tells: `network-prod-eu` is `network-eu` in production, `production`
 * is the environment alone, `network` the service alone. An environment is told only by words that name one of the
 * settings, and not by those of several; a service of the settings is never taken apart. `default` tells nothing.
 */
export function placeInName(name: string | undefined, { environments, services }: Catalog): Place {
  if (name === undefined || name.toLowerCase() === 'default') return {};
  const known = services.some((each) => [each.name, ...each.aliases].some((own) => isSame(own, name)));
  const words = name.split(/[\s_/.:()-]+/).filter((word) => word !== '');
  const [environment, ...others] = environmentsIn(words, environments);
  if (known || environment === undefined || others.length > 0) return { serviceName: name };
  const rest = words.filter((_, at) => !namesAt(words, at, environment, environments)).join('-');
  return { environmentName: environment, ...(rest === '' ? {} : { serviceName: rest }) };
}

/** Whether the word is one of those that name the environment. */
function namesAt(
  words: readonly string[],
  at: number,
  environment: string,
  environments: Catalog['environments'],
): boolean {
  for (let size = 1; size <= longestName; size++) {
    for (let start = Math.max(at - size + 1, 0); start <= at && start + size <= words.length; start++) {
      const named = words.slice(start, start + size).join('');
      if (environmentsIn([named], environments)[0] === environment) return true;
    }
  }
  return false;
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
