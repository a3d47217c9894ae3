import type { KnownBlock } from '@slack/types';
import { countOf } from '../../domain/change-words.ts';
import type { Pair } from '../../domain/comparison/difference.ts';
import type { AlarmWords, FirstLook } from '../../domain/parity/alarms.ts';
import type { Suggestion } from '../../domain/parity/suggestions.ts';
import { percentWords } from '../../domain/parity/words.ts';
import type { SlackMessage } from '../send.ts';
import { context, section } from './blocks.ts';
import { bold, escaped, outside } from './escape.ts';
import { fitting } from './fitting.ts';
import { showButton } from './parity-buttons.ts';

/** Told once, in place of an alarm for each thing that was so before anybody looked. */
export function renderFirstLook(look: FirstLook, pair: Pair): SlackMessage {
  const { forbidden, unexplained, worst, suggestions } = look;
  const against = `${outside(pair.mirror, 60)} against ${outside(pair.reference, 60)}`;
  const named = look.collectors
    .filter((each) => each !== 'timeline')
    .slice(0, 4)
    .map((each) => outside(each, 60));
  const what = named.length === 0 ? `First look at ${against}` : `First look with ${named.join(', ')} at ${against}`;
  const score =
    look.score === null ? '' : `, parity ${percentWords(look.score)} of ${percentWords(look.coverage)} covered`;
  const counts = [
    ...(forbidden === 0
      ? []
      : [`*${countOf(forbidden, 'key')} must not be equal and ${forbidden === 1 ? 'is' : 'are'}*`]),
    unexplained === 0 ? 'nothing is unexplained' : `${countOf(unexplained, 'key')} differ and nothing explains it`,
  ].join(', ');
  const calm = 'From now on I tell of what is new only.';
  const show = showButton(pair);
  const blocks: KnownBlock[] = [
    section(
      `:mag: *${what}*: ${countOf(look.equal, 'fact')} of ${look.facts.toLocaleString('en')} equal${score}.\n${counts}. ${calm}`,
    ),
    ...(worst.length === 0 ? [] : [section(worst.map(worstLine).join('\n'))]),
    ...suggestionBlocks(suggestions),
    ...(show === null ? [] : [{ type: 'actions' as const, elements: [show] }]),
  ];
  const lines = worst.map(
    ({ title, place, lines: sides }) =>
      `- ${outside(title, 120)} (${outside(place, 100)}): ${outside(sides[0] ?? '', 160)}`,
  );
  return {
    text: fitting([`${what}: ${counts.replaceAll('*', '')}. ${calm}`, ...lines, 'All of it: /parity'], 3500),
    blocks,
  };
}

function worstLine({ title, place, lines, count }: AlarmWords): string {
  const sides = count === 1 ? outside(lines[0] ?? '', 200) : '';
  return `•  ${bold(title, 120)}  ${outside(place, 100)}${sides === '' ? '' : ` · ${sides}`}`;
}

/** As it stands in the settings, to be copied there. */
function suggestionBlocks(suggestions: readonly Suggestion[]): readonly KnownBlock[] {
  const lines = suggestions.flatMap(({ facet, key, must, reason }) => {
    // What cannot be written on one line is not to be copied.
    if (key.length > 120 || /[\p{C}`]/u.test(key)) return [];
    const rule = [
      `facet: ${facet}`,
      `key: '${key.replaceAll("'", "''")}'`,
      ...(must === null ? [] : [`must: ${must}`]),
      `reason: ${quoted(reason)}`,
    ];
    return [`  - { ${rule.join(', ')} }`];
  });
  if (lines.length === 0) return [];
  return [
    section('These look meant. Where they are, put them into `sincewhen.yml`, or press Accept at each in `/parity`:'),
    section(`\`\`\`${fitting(['intended:', ...lines].map(escaped), 2800)}\`\`\``),
    context('What is meant counts as equal, and alarms nobody.'),
  ];
}

function quoted(text: string): string {
  return /^[\w ,.-]+$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`;
}
