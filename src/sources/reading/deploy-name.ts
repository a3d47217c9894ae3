import type { Catalog } from '../../domain/catalog.ts';
import { environmentsIn } from '../../domain/config-path.ts';
import { defined } from './defined.ts';

const deploying = new Set(['deploy', 'deploys', 'deployment', 'release', 'rollout', 'promote', 'rollback']);

/**
 * The environment that a build, pipeline or workflow of this name deploys to. Null unless the name says that it deploys
 * and names exactly one environment: most builds change nothing that runs.
 */
export function deploysTo(name: string, environments: ReadonlyMap<string, string>): string | null {
  return wordsOf(name).some((word) => deploying.has(word)) ? environmentIn(name, environments) : null;
}

/** The one environment that the words of the name tell. Null: none, or several. */
export function environmentIn(name: string, environments: ReadonlyMap<string, string>): string | null {
  const [only, ...others] = environmentsIn(wordsOf(name), environments);
  return only !== undefined && others.length === 0 ? only : null;
}

function wordsOf(name: string): readonly string[] {
  return name
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** What a name tells of the deploy that it stands for. */
export interface NamedDeploy {
  readonly kind: 'deploy' | 'rollback';
  readonly environmentName?: string;
  /** Only one of the settings: the other words may be anything. */
  readonly serviceName?: string;
  /** The words that say neither that it deploys nor where to. */
  readonly subject: string;
}

/** What is done before or after a deploy, or in its place. */
const around = new Set('approve approval hold wait notify announce verify validate plan dry skip lock'.split(' '));
/** What is done for each commit, and the deploying only for some. */
const beside = new Set('build builds test tests testing lint scan ci package publish'.split(' '));
const filling = new Set('to the in on of and for a job pipeline workflow run'.split(' '));

/**
 * As `deploysTo`, for systems that report the jobs in which a deploy is all there is: one that names no environment
 * deploys too, unless it also builds or tests. Null: it does not deploy by its name.
 */
export function deployNamed(name: string, { environments, services }: Catalog): NamedDeploy | null {
  const words = wordsOf(name.replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2'));
  if (!words.some((word) => deploying.has(word)) || words.some((word) => around.has(word))) return null;
  const [environmentName, ...others] = environmentsIn(words, environments);
  const isClear = environmentName !== undefined && others.length === 0;
  if (!isClear && words.some((word) => beside.has(word))) return null;
  const subject = words
    .filter((word) => !deploying.has(word) && !beside.has(word) && !filling.has(word) && !environments.has(word))
    .join('-');
  const service = services.find((each) => [each.name, ...each.aliases].some((own) => own.toLowerCase() === subject));
  return {
    kind: words.includes('rollback') ? 'rollback' : 'deploy',
    subject,
    ...defined({ environmentName: isClear ? environmentName : undefined, serviceName: service?.name }),
  };
}
