import { type Fields, type Report, counted, isFields } from './rule.ts';

/**
 * Slack documents no limit for all blocks of a message together, and refuses them with `msg_blocks_too_long` from about
 * 13,200 characters, containers counted (slackapi/bolt-js issues 2509 and 2867). Tables have limits of their own.
 */
const longestBlocks = 12_000;
const longestMarkdown = 12_000;
const tableLimits: Readonly<Record<string, number>> = { table: 10_000, data_table: 20_000 };
const mostPerMessage: Readonly<Record<string, number>> = { table: 1, data_visualization: 2 };
const unread = new Set(['type', 'value', 'action_id', 'block_id', 'style', 'format', 'range']);

/** What no block can see alone: ids that must be unique, and sums over the whole payload. */
export function wholeProblems(blocks: readonly unknown[], at: string, report: Report): void {
  duplicates(
    blocks.map((block, index) => [idOf(block, 'block_id'), `${at}/${index}/block_id`]),
    report,
  );
  for (const [index, block] of blocks.entries()) {
    duplicates([...actionIds(block, `${at}/${index}`)], report);
  }
}

export function messageProblems(blocks: readonly unknown[], at: string, report: Report): void {
  const sum = (of: readonly unknown[]) => of.reduce<number>((total, block) => total + readableLength(block), 0);
  const typed = (type: string) => blocks.filter((block) => isFields(block) && block['type'] === type);

  const readable = sum(
    blocks.filter((block) => !isFields(block) || !Object.hasOwn(tableLimits, String(block['type']))),
  );
  if (readable > longestBlocks) {
    report(
      at,
      `have ${counted(readable, 'character')} together, at most ${longestBlocks.toLocaleString('en')} are sure to be taken`,
    );
  }
  const markdown = sum(typed('markdown'));
  if (markdown > longestMarkdown)
    report(at, `have ${counted(markdown, 'character')} of markdown together, at most 12,000 are allowed`);
  for (const [type, limit] of Object.entries(tableLimits)) {
    const length = sum(typed(type).map((block) => (isFields(block) ? block['rows'] : null)));
    if (length > limit)
      report(
        at,
        `have ${counted(length, 'character')} of ${type} cells, at most ${limit.toLocaleString('en')} are allowed`,
      );
  }
  for (const [type, most] of Object.entries(mostPerMessage)) {
    const count = typed(type).length;
    if (count > most) report(at, `have ${count} blocks of type ${type}, at most ${most} are allowed in a message`);
  }
}

function readableLength(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (Array.isArray(value)) return value.reduce<number>((total, each) => total + readableLength(each), 0);
  if (!isFields(value)) return 0;
  return Object.entries(value).reduce(
    (total, [key, each]) => (unread.has(key) ? total : total + readableLength(each)),
    0,
  );
}

function idOf(value: unknown, field: string): unknown {
  return isFields(value) ? value[field] : undefined;
}

function* actionIds(value: unknown, at: string): Generator<[unknown, string]> {
  if (typeof value !== 'object' || value === null) return;
  if (isFields(value) && value['action_id'] !== undefined) yield [value['action_id'], `${at}/action_id`];
  for (const [key, each] of Object.entries(value as Fields)) yield* actionIds(each, `${at}/${key}`);
}

function duplicates(ids: readonly (readonly [unknown, string])[], report: Report): void {
  const seen = new Set<unknown>();
  for (const [id, at] of ids) {
    if (id === undefined) continue;
    if (seen.has(id)) report(at, `${JSON.stringify(id)} is used twice`);
    seen.add(id);
  }
}
