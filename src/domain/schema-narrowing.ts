import { outsideText } from './outside-text.ts';
import { isMigrationPath } from './schema-migration.ts';

/** What a migration takes away of the schema, so that a version which uses it can run on it no more. */
export interface Narrowing {
  readonly verb: 'drops' | 'renames' | 'narrows';
  readonly table: string | null;
  /** Null: the whole table. */
  readonly column: string | null;
  /** The migration. */
  readonly file: string;
}

export interface UsedNarrowing extends Narrowing {
  /** Code of the same version that has its name still; at most a few files. */
  readonly usedIn: readonly string[];
}

const longestMigration = 200_000;
const mostOfOne = 50;
const longestPath = 300;

/** A name as migrations write it: bare, quoted, or with its schema before it. */
const name = String.raw`(?:["'\`\[]?\w+["'\`\]]?\.)?["'\`\[]?(\w{1,100})["'\`\]]?`;
const argument = String.raw`[\s(]*[:"'\`]?(\w{1,100})["'\`]?`;
const further = String.raw`\s*,\s*(?:\w+\s*[:=]\s*)?[:"'\`]?(\w{1,100})["'\`]?`;
const table = String.raw`\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?${name}\s+[^;]{0,2000}?`;
const column = String.raw`(?:column\s+)?(?:if\s+exists\s+)?`;
/** After "drop" these are not columns. */
const others = String.raw`(?!constraint\b|index\b|key\b|primary\b|foreign\b|check\b|default\b|not\b|partition\b|identity\b|expression\b|trigger\b|view\b|policy\b|table\b)`;

interface Form {
  readonly verb: Narrowing['verb'];
  readonly pattern: RegExp;
  /** Which group is what; 0: none. */
  readonly table: number;
  readonly column: number;
}

const form = (verb: Form['verb'], source: string, groups: Pick<Form, 'table' | 'column'>): Form => ({
  verb,
  pattern: new RegExp(source, 'gi'),
  ...groups,
});
const both = { table: 1, column: 2 };
const tableOnly = { table: 1, column: 0 };
const columnOnly = { table: 0, column: 1 };

/** SQL, and the ways of Rails, Alembic, Django, Knex and Liquibase. */
const forms: readonly Form[] = [
  form('drops', String.raw`${table}\bdrop\s+${others}${column}${others}${name}`, both),
  form('drops', String.raw`\bdrop\s+table\s+(?:if\s+exists\s+)?${name}`, tableOnly),
  form('renames', String.raw`${table}\brename\s+(?!to\b|constraint\b|index\b|key\b)${column}${name}\s+to\b`, both),
  form('renames', String.raw`\balter\s+table\s+(?:if\s+exists\s+)?${name}\s+rename\s+to\b`, tableOnly),
  form('narrows', String.raw`${table}\balter\s+${column}${name}\s+(?:set\s+not\s+null|(?:set\s+data\s+)?type\b)`, both),
  form('narrows', String.raw`${table}\bmodify\s+${column}${name}\s+[^;,]{0,200}\bnot\s+null\b`, both),
  form('drops', String.raw`\b(?:remove_column|(?<=op\.)drop_column)\b${argument}${further}`, both),
  form('drops', String.raw`\b(?:drop_table|dropTable(?:IfExists)?)\b${argument}`, tableOnly),
  form('renames', String.raw`\brename_column\b${argument}${further}`, both),
  form('renames', String.raw`\b(?:rename_table|renameTable)\b${argument}`, tableOnly),
  form('narrows', String.raw`\bchange_column_null\b${argument}${further}\s*,\s*false\b`, both),
  form(
    'drops',
    String.raw`\bRemoveField\([^)]{0,300}?model_name\s*=\s*['"](\w+)['"][^)]{0,300}?\bname\s*=\s*['"](\w+)['"]`,
    both,
  ),
  form(
    'renames',
    String.raw`\bRenameField\([^)]{0,300}?model_name\s*=\s*['"](\w+)['"][^)]{0,300}?\bold_name\s*=\s*['"](\w+)['"]`,
    both,
  ),
  form('drops', String.raw`\bDeleteModel\([^)]{0,300}?\bname\s*=\s*['"](\w+)['"]`, tableOnly),
  form('drops', String.raw`\.dropColumns?\(\s*['"\`](\w+)['"\`]`, columnOnly),
  form('renames', String.raw`\.renameColumn\(\s*['"\`](\w+)['"\`]`, columnOnly),
  form('drops', String.raw`<dropColumn\b[^>]{0,300}?\btableName="(\w+)"[^>]{0,300}?\bcolumnName="(\w+)"`, both),
  form('drops', String.raw`<dropColumn\b[^>]{0,300}?\bcolumnName="(\w+)"[^>]{0,300}?\btableName="(\w+)"`, {
    table: 2,
    column: 1,
  }),
  form('drops', String.raw`<dropTable\b[^>]{0,300}?\btableName="(\w+)"`, tableOnly),
];

/** What a migration does when it is applied: nothing of how it is taken back. */
export function narrowingsIn(file: string, text: string): readonly Narrowing[] {
  if (!isMigrationPath(file) || /\bdown\.\w+$/i.test(file)) return [];
  const path = outsideText(file, longestPath);
  if (path === undefined) return [];
  const applied = oneByOne(withoutDown(text.slice(0, longestMigration)));
  const found = new Map<string, Narrowing>();
  for (const { verb, pattern, table, column } of forms) {
    for (const match of applied.matchAll(pattern)) {
      const narrowing = {
        verb,
        table: table === 0 ? null : (match[table] ?? null),
        column: column === 0 ? null : (match[column] ?? null),
        file: path,
      };
      found.set(JSON.stringify([narrowing.table, narrowing.column]), narrowing);
      if (found.size >= mostOfOne) return [...found.values()];
    }
  }
  return [...found.values()];
}

const altered = new RegExp(String.raw`\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?${name}\s[^;]{0,5000}`, 'gi');

/** `alter table a drop b, drop c` says it of each column. */
function oneByOne(text: string): string {
  return text.replaceAll(altered, (statement, table: string) =>
    statement.replaceAll(/,\s*(?=(?:drop|rename|alter|modify)\b)/gi, `; alter table ${table} `),
  );
}

/** Where the way back begins, and where (in files that go on) the way forward begins again. */
const down =
  /^[ \t]*(?:--[ \t]*(?:\+goose[ \t]+down|migrate:down|\+migrate[ \t]+down|rollback\b|@undo)|def[ \t]+(?:self\.)?down(?:grade)?\b|(?:public[ \t]+)?(?:async[ \t]+)?down[ \t]*(?:=|\()|(?:export[ \t]+)?(?:const|let|async[ \t]+function|function)[ \t]+down\b|exports\.down\b|<rollback>)/im;
const up =
  /^[ \t]*(?:--[ \t]*(?:\+goose[ \t]+up|migrate:up|\+migrate[ \t]+up|changeset\b)|def[ \t]+(?:self\.)?up(?:grade)?\b|<\/rollback>)/im;
const comments = /\/\*[\s\S]{0,5000}?\*\/|^[ \t]*(?:#|\/\/|--(?![ \t]*(?:\+|migrate:|changeset|rollback|@undo))).*$/gm;

function withoutDown(text: string): string {
  let rest = text.replaceAll(comments, '');
  let kept = '';
  for (let at = down.exec(rest); at !== null; at = down.exec(rest)) {
    kept += rest.slice(0, at.index);
    rest = rest.slice(at.index + at[0].length);
    const again = up.exec(rest);
    if (again === null) return kept;
    rest = rest.slice(again.index);
  }
  return kept + rest;
}

/**
 * What code that uses it has in one file, as extended regular expressions: its column and its table, in the case of SQL and
 * of the code.
 */
export function usePatterns({ table, column }: Narrowing): readonly string[] {
  const parts = [column, table === null ? null : table.replace(/(?:es|s)$/i, '')].filter((part) => part !== null);
  return parts
    .map((part) =>
      part
        .split('_')
        .filter((word) => word !== '')
        .join('_?'),
    )
    .filter((part) => part.length > 1);
}

/** `drops orders.total and renames orders.note`; null: nothing. */
export function narrowingWords(narrowings: readonly Narrowing[]): string | null {
  const [first, second, ...more] = narrowings;
  if (first === undefined) return null;
  if (second === undefined) return oneWord(first);
  if (more.length === 0) return `${oneWord(first)} and ${oneWord(second)}`;
  return `${oneWord(first)} and ${more.length + 1} more`;
}

function oneWord({ verb, table, column }: Narrowing): string {
  if (column === null) return `${verb} the table ${table}`;
  return `${verb} ${table === null ? '' : `${table}.`}${column}`;
}
