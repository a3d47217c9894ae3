import type { RuleSettings } from './change-rules/registry.ts';

/** What settings say about services and environments: which names mean the same, and what belongs to what. */
export interface Catalog {
  /** Our name by every alias and by itself, all lower-case. */
  readonly environments: ReadonlyMap<string, string>;
  readonly services: readonly CatalogService[];
  /** Globs of configuration paths, for repositories whose services name none of their own. */
  readonly configPaths: readonly string[];
  /** Of changes. Absent: as they are where the settings say nothing. */
  readonly rules?: RuleSettings;
}

export interface CatalogService {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly repository: string | null;
  /** Globs; empty: the whole repository. */
  readonly paths: readonly string[];
  readonly configPaths: readonly string[] | null;
  /** Globs of the keys of flags that it evaluates. Absent: nobody said. */
  readonly flags?: readonly string[];
  /** Deployed branch by environment. */
  readonly branches: Readonly<Record<string, string>>;
  readonly dependsOn: readonly string[];
  readonly owners: readonly string[];
}
