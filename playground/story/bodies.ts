import { createRequire } from 'node:module';
import { isObject, objectsOf, textOf, type JsonObject } from '../json.ts';
import { developers, owner, type Login, type RepositoryName } from './day.ts';

const definitions: unknown = createRequire(import.meta.url)('@octokit/webhooks-examples');

const repositoryIds: Readonly<Record<RepositoryName, number>> = {
  checkout: 7101,
  ledger: 7102,
  search: 7103,
  web: 7104,
};

/**
 * A real webhook body of GitHub's, from @octokit/webhooks-examples, retold about our repository: its names and ids are
 * replaced, everything else stays as GitHub sent it.
 */
export function exampleBody(
  event: string,
  action: string | null,
  { repository, sender, number }: Retelling,
): JsonObject {
  const definition = objectsOf(definitions).find((each) => each['name'] === event);
  const example = objectsOf(definition?.['examples']).find((each) => action === null || each['action'] === action);
  if (example === undefined) throw new Error(`@octokit/webhooks-examples has no ${event} ${action ?? ''}.`);
  const retold = retell(example, { repository, sender, number });
  if (!isObject(retold)) throw new Error(`The example of ${event} is not an object.`);
  return retold;
}

interface Retelling {
  readonly repository: RepositoryName;
  readonly sender: Login;
  /** Of the pull request, for bodies about one. */
  readonly number?: number | undefined;
}

function retell(value: unknown, retelling: Retelling): unknown {
  if (typeof value === 'string') return retellText(value, retelling);
  if (Array.isArray(value)) return value.map((item) => retell(item, retelling));
  if (!isObject(value)) return value;
  const retold: JsonObject = {};
  for (const [key, inner] of Object.entries(value)) retold[key] = retell(inner, retelling);
  if (typeof retold['full_name'] === 'string') return { ...retold, ...repositoryFields(retelling.repository) };
  if (typeof retold['login'] === 'string') return { ...retold, ...accountFields(textOf(retold['login'])) };
  return retold;
}

function retellText(text: string, { repository, sender, number }: Retelling): string {
  const named = text
    .replaceAll(/(Codertocat\/Hello-World|octo-org\/octo-repo)/g, `${owner}/${repository}`)
    .replaceAll(/^(Hello-World|octo-repo)$/g, repository)
    .replaceAll(/(Codertocat|octo-org)/g, sender);
  return number === undefined ? named : named.replaceAll(/\/(pulls?|issues)\/2\b/g, `/$1/${number}`);
}

function repositoryFields(repository: RepositoryName): JsonObject {
  return { id: repositoryIds[repository], private: true, default_branch: 'main', fork: false, owner: organisation };
}

function accountFields(login: string): JsonObject {
  return isLogin(login) ? { id: developers[login].id, type: 'User' } : {};
}

function isLogin(login: string): login is Login {
  return login in developers;
}

const organisation: JsonObject = {
  login: owner,
  id: 7100,
  url: `https://api.github.com/orgs/${owner}`,
  html_url: `https://github.com/${owner}`,
  type: 'Organization',
  site_admin: false,
};

/** An account as bodies hold it, in the shape of the given one. */
export function account(shape: unknown, login: Login): JsonObject {
  const base = isObject(shape) ? shape : {};
  const before = textOf(base['login']);
  const retold = Object.fromEntries(
    Object.entries(base).map(([key, value]) => [
      key,
      typeof value === 'string' && before !== '' ? value.replaceAll(before, login) : value,
    ]),
  );
  return { ...retold, login, ...accountFields(login), html_url: `https://github.com/${login}` };
}

/** The object under a key; empty when there is none. */
export function within(body: JsonObject, key: string): JsonObject {
  const value = body[key];
  return isObject(value) ? value : {};
}
