import { LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { z } from 'zod';
import type { Catalog } from '../domain/catalog.ts';
import { rulesOf } from './release-rules.ts';
import { SettingsFile } from './settings-schema.ts';
import { contradictions, environmentNames } from './settings-names.ts';
import type { Problem } from './settings-names.ts';

/** What `sincewhen.yml` says: durations in milliseconds, defaults filled in. */
export type Settings = SettingsFile;

export type SettingsRead =
  | { readonly outcome: 'ok'; readonly settings: Settings }
  | { readonly outcome: 'invalid'; readonly problems: string[] };

/** Paths that hold configuration in most repositories, at any depth. */
const usualConfigPaths = [
  '*.env*',
  'config/**',
  '*.tf',
  '*.tfvars',
  'values*.yaml',
  'values*.yml',
  'k8s/**',
  'kustomization.yaml',
];

/** Every problem with its line. An empty text is what an absent file says: the defaults. */
export function readSettings(text: string): SettingsRead {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => `line ${lines.linePos(error.pos[0]).line}: ${error.message}`);
    return { outcome: 'invalid', problems };
  }

  const contents = contentsOf(document);
  const parsed = contents.outcome === 'ok' ? SettingsFile.safeParse(contents.value, { reportInput: true }) : contents;
  if ('outcome' in parsed) return { outcome: 'invalid', problems: [parsed.problem] };
  const problems = parsed.success ? contradictions(parsed.data) : parsed.error.issues.flatMap(problemsOf);
  if (!parsed.success || problems.length > 0) {
    return {
      outcome: 'invalid',
      problems: problems.map((problem) => sentence(problem, document, lines)),
    };
  }
  return { outcome: 'ok', settings: parsed.data };
}

export function catalogOf(settings: Settings): Catalog {
  const environments = environmentNames(settings);
  return {
    environments,
    services: Object.entries(settings.services).map(([name, service]) => ({
      name,
      aliases: service.aliases,
      repository: service.repository ?? null,
      paths: service.paths,
      configPaths: service.config_paths?.map(atAnyDepth) ?? null,
      flags: service.flags ?? [],
      branches: Object.fromEntries(
        Object.entries(service.branches).map(([environment, branch]) => [
          environments.get(environment.toLowerCase()) ?? environment.toLowerCase(),
          branch,
        ]),
      ),
      dependsOn: service.depends_on,
      owners: service.owners,
    })),
    configPaths: (settings.config_paths ?? usualConfigPaths).map(atAnyDepth),
    rules: rulesOf(settings),
  };
}

/** `config/**` is meant wherever it stands; a leading slash ties it to the root of the repository. */
function atAnyDepth(glob: string): string {
  if (glob.startsWith('/')) return glob.slice(1);
  return glob.startsWith('**/') ? glob : `**/${glob}`;
}

function contentsOf(
  document: Document.Parsed,
): { outcome: 'ok'; value: unknown } | { outcome: 'invalid'; problem: string } {
  try {
    // The library counts aliases, so that a few lines cannot unfold into gigabytes.
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    return { outcome: 'ok', value: withoutEmptyParts(value) };
  } catch (error) {
    return {
      outcome: 'invalid',
      problem: error instanceof Error ? error.message : 'cannot be read',
    };
  }
}

/** A part whose lines are all commented out is as absent as one that was never written. */
function withoutEmptyParts(value: unknown): unknown {
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== null));
}

function problemsOf(issue: z.core.$ZodIssue): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'is not a setting' }));
  }
  if (issue.code === 'invalid_key') return [{ path: issue.path, message: issue.issues[0]?.message ?? 'is not a name' }];
  if (issue.code === 'invalid_type') {
    return [
      {
        path: issue.path,
        message: issue.input === undefined ? 'is missing' : `is not ${kindOf(issue.expected)}`,
      },
    ];
  }
  return [{ path: issue.path, message: issue.message }];
}

function kindOf(expected: string): string {
  if (expected === 'record' || expected === 'object') return 'a mapping (key: value)';
  if (expected === 'array') return 'a list';
  if (expected === 'boolean') return 'true or false';
  return `a ${expected}`;
}

function sentence({ path, message }: Problem, document: Document.Parsed, lines: LineCounter): string {
  const at = offsetOf(document, path);
  const where = at === null ? '' : `line ${lines.linePos(at).line}: `;
  return `${where}${path.length === 0 ? 'the file' : path.map(String).join('.')} ${message}`;
}

/** Of the value at this path, or of what holds it when there is none. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number | null {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      const start: unknown = node.range[0];
      if (typeof start === 'number') return start;
    }
  }
  return null;
}
