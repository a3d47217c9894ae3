import type { FactValue } from '../domain/facts/fact.ts';
import type { Collector, CollectorInput } from './collector.ts';
import { flatten } from './flatten.ts';
import { parseIni, parseProperties } from './parse-lines.ts';
import { parseJson, parseToml, parseYaml } from './parse-structured.ts';
import { type NamedText, type Parsed, collectEach, failed, parsed, unreadable } from './read-texts.ts';
import { jsonValue } from './secret-facts.ts';

const usage = 'sincewhen snapshot production --collector config config/app.yaml --service checkout';

const formats = { json: parseJson, yaml: parseYaml, toml: parseToml, properties: parseProperties, ini: parseIni };
type Format = keyof typeof formats;

/**
 * `--set as=<name>`: what the file is called in the keys, where each environment has one of another name.
 * `--set format=<format>` where the name does not tell.
 */
export const config: Collector = {
  name: 'config',
  version: '1',
  summary: 'JSON, YAML, TOML, properties and INI files, flattened to keys',
  usage,
  async collect(input) {
    const format = input.options.get('format');
    if (format !== undefined && !isFormat(format)) {
      return failed(`there is no format ${format}: ${Object.keys(formats).join(', ')}`);
    }
    const as = input.options.get('as');
    if (as !== undefined && input.files.length > 1) return failed('--set as=<name> is for one file');
    return collectEach(input, { usage }, (file) => parseConfig({ ...file, name: as ?? file.name }, format, input));
  },
};

export function parseConfig(
  { name, text }: NamedText,
  asked: Format | undefined,
  { service, digest }: Pick<CollectorInput, 'service' | 'digest'>,
): Parsed {
  const format = asked ?? formatOf(name, text);
  if (format === null) {
    return unreadable(null, `its format is not known: --set format=${Object.keys(formats).join('|')}`);
  }
  const read = formats[format](text);
  if (read.outcome === 'unreadable') return read;
  const file = fileIn(name);
  const facts = configFacts(file, read.value, { service, digest });
  return facts === null ? unreadable(null, 'it is nested too deep') : parsed(facts);
}

/** Null: it is nested too deep. */
export function configFacts(
  file: string,
  value: unknown,
  { service, digest }: Pick<CollectorInput, 'service' | 'digest'>,
) {
  const leaves = value === null || value === undefined ? [] : flatten(value);
  if (leaves === null) return null;
  return leaves
    .filter((leaf) => leaf.path !== '' || !isEmpty(leaf.value))
    .map((leaf) => {
      const key = `${file}:${leaf.path}`;
      return { service, facet: 'config' as const, key, value: jsonValue(key, leaf.value, digest) };
    });
}

function isEmpty(value: FactValue): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** Of the name, else JSON by how it begins; null: nobody knows. */
export function formatOf(name: string, text: string): Format | null {
  const end = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const known = endings.get(end);
  if (known !== undefined) return known;
  return /^\s*[{[]\s*["{}\]]/.test(text) ? 'json' : null;
}

const endings: ReadonlyMap<string, Format> = new Map([
  ['json', 'json'],
  ['yaml', 'yaml'],
  ['yml', 'yaml'],
  ['toml', 'toml'],
  ['properties', 'properties'],
  ['ini', 'ini'],
  ['cfg', 'ini'],
  ['cnf', 'ini'],
  ['conf', 'ini'],
]);

function isFormat(name: string): name is Format {
  return Object.hasOwn(formats, name);
}

/** A colon ends the file in a key. */
function fileIn(name: string): string {
  return name.replace(/^(?:\.\/)+/, '').replaceAll(':', '%3A');
}
