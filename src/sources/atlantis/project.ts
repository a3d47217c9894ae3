import type { Catalog } from '../../domain/catalog.ts';
import { placeInName } from '../reading/place-in-name.ts';

export interface Project {
  readonly project?: string | undefined;
  readonly path?: string | undefined;
  readonly workspace?: string | undefined;
}

/** `network`; without a name of its own `terraform/network (prod)`. */
export function projectName({ project, path, workspace }: Project): string {
  if (project !== undefined) return project;
  const where = workspace === undefined || workspace === 'default' ? '' : ` (${workspace})`;
  return `${path === undefined || path === '.' ? 'the root' : path}${where}`;
}

/** The environment that its workspace, its name or its path names. */
export function environmentIn({ project, path, workspace }: Project, catalog: Catalog): string | undefined {
  return [workspace, project, path]
    .map((name) => placeInName(name, catalog).environmentName)
    .find((name) => name !== undefined);
}
