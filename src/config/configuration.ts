import { readFile } from 'node:fs/promises';
import type { Catalog } from '../domain/catalog.ts';
import { environmentFromProcess } from './environment.ts';
import type { Environment, EnvironmentRead } from './environment.ts';
import { catalogOf, readSettings } from './settings.ts';
import type { Settings } from './settings.ts';

export interface Configuration {
  readonly environment: Environment;
  readonly settings: Settings;
  readonly catalog: Catalog;
}

export type ConfigurationRead =
  | { readonly outcome: 'ok'; readonly configuration: Configuration }
  | { readonly outcome: 'invalid'; readonly problems: readonly string[] };

/** What the process may know from outside: its environment variables and the file that they name. */
export async function readConfiguration(read: EnvironmentRead = environmentFromProcess()): Promise<ConfigurationRead> {
  if (read.outcome === 'invalid') return read;

  const { environment } = read;
  const file = await textOf(environment);
  if (file.outcome === 'invalid') return file;

  const result = readSettings(file.text);
  if (result.outcome === 'invalid') {
    return { outcome: 'invalid', problems: result.problems.map((each) => `${environment.settingsFile}, ${each}`) };
  }
  const { settings } = result;
  return { outcome: 'ok', configuration: { environment, settings, catalog: catalogOf(settings) } };
}

async function textOf(environment: Environment) {
  try {
    return { outcome: 'ok', text: await readFile(environment.settingsFile, 'utf8') } as const;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' && !environment.settingsFileRequired) return { outcome: 'ok', text: '' } as const;
    const reason = code === 'ENOENT' ? 'does not exist' : `cannot be read (${String(code)})`;
    return { outcome: 'invalid', problems: [`SINCEWHEN_CONFIG: ${environment.settingsFile} ${reason}`] } as const;
  }
}
