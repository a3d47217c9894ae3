import type { Verdict } from './incident.ts';
import { incidentIdOf } from './incident.ts';
import { type IncidentVerb, verbNear, verbOf } from './verbs.ts';
import type { Vocabulary } from '../question.ts';
import { shorten } from '../shorten.ts';
import type { Severity } from '../signal.ts';
import { closest } from '../since/closest.ts';
import { parseMoment } from '../since/parse-moment.ts';
import { severityNamed } from './severity-words.ts';

/** What a person wants done with an incident. Texts are as they were written, without the words that led to them. */
export type IncidentCommand =
  | { readonly do: 'show' | 'catchup' | 'correct' | 'part' | 'reopen' }
  | { readonly do: 'timeline'; readonly privately: boolean }
  | { readonly do: 'start'; readonly title: string }
  | { readonly do: 'title'; readonly title: string }
  | { readonly do: 'note'; readonly text: string }
  | { readonly do: 'resolve' | 'mitigated'; readonly note: string }
  /** `change`: as it was called, and after that why. */
  | { readonly do: 'verdict'; readonly verdict: Verdict; readonly change: string }
  | { readonly do: 'start-time'; readonly at: Date; readonly notes: readonly string[] }
  /** Undefined: not said, so it stays. */
  | { readonly do: 'scope'; readonly services?: readonly string[]; readonly environment?: string }
  | { readonly do: 'severity'; readonly severity: Severity }
  | { readonly do: 'join'; readonly other: string };

export type IncidentRequest =
  /** `incidentId`: the one that was named; null: the channel's. */
  | { readonly outcome: 'command'; readonly incidentId: string | null; readonly command: IncidentCommand }
  | { readonly outcome: 'help' }
  /** `examples` are complete commands, likeliest first. */
  | {
      readonly outcome: 'not-understood';
      readonly read: string;
      readonly problem: string;
      readonly examples: readonly string[];
    };

export interface CommandContext {
  readonly now: Date;
  /** IANA name of the asker's time zone. */
  readonly timezone: string;
  readonly vocabulary: Vocabulary;
}

type NotUnderstood = Omit<Extract<IncidentRequest, { outcome: 'not-understood' }>, 'outcome' | 'read'>;

/** Verbs whose words after them are anything that a person may write, so that a reference among them is part of it. */
const freeText: ReadonlySet<IncidentVerb> = new Set(['note', 'title', 'join', 'resolve', 'mitigated']);

/**
 * What the words after `/incident` mean. Forgiving: verbs have synonyms, in any case, and slips are named. Nothing is
 * guessed that would be written down: a text that begins with no verb is not understood. Never throws.
 */
export function parseIncidentCommand(text: string, context: CommandContext): IncidentRequest {
  const words = text.trim().replace(/^\/incident\b\s*/i, '');
  const named = referenceAt(words);
  const command = named === null ? words : named.rest;
  if (command === '') return { outcome: 'command', incidentId: named?.id ?? null, command: { do: 'show' } };
  const said = verbOf(command);
  if (said === null) return notUnderstood(words, unknownVerb(command, context));
  if (said.verb === 'help') return { outcome: 'help' };
  const after = named === null ? referenceOf(said.verb, said.rest) : null;
  const read = commandOf(said.verb, unquoted(after === null ? said.rest : after.rest), context);
  if ('problem' in read) return notUnderstood(words, read);
  return { outcome: 'command', incidentId: named?.id ?? after?.id ?? null, command: read };
}

function notUnderstood(words: string, { problem, examples }: NotUnderstood): IncidentRequest {
  return { outcome: 'not-understood', read: shorten(words, 200), problem, examples: [...new Set(examples)] };
}

function commandOf(
  verb: Exclude<IncidentVerb, 'help'>,
  rest: string,
  context: CommandContext,
): IncidentCommand | NotUnderstood {
  switch (verb) {
    case 'show':
    case 'catchup':
    case 'correct':
    case 'part':
    case 'reopen':
      return { do: verb };
    case 'timeline':
      return { do: verb, privately: /^(just |only )?(for )?(me|private(ly)?)$/i.test(rest) };
    case 'start':
      return startOf(rest, context);
    case 'title':
      return rest === ''
        ? missing('What is it called?', ['title Payments fail at checkout'])
        : { do: verb, title: rest };
    case 'note':
      return rest === ''
        ? missing('There is nothing to note.', ['note the pool is full, failing over'])
        : { do: verb, text: rest };
    case 'resolve':
    case 'mitigated':
      return { do: verb, note: rest };
    case 'caused':
    case 'fixed':
    case 'suspect':
    case 'dismissed':
      return { do: 'verdict', verdict: verb, change: rest };
    case 'start-time':
      return startTimeOf(rest, context);
    case 'services':
      return servicesOf(rest, context.vocabulary);
    case 'environment':
      return environmentOf(rest, context.vocabulary);
    case 'severity':
      return severityOf(rest);
    case 'join':
      return joinOf(rest);
  }
}

/** `started 14:05` is when it began, and no name of an incident. */
function startOf(rest: string, context: CommandContext): IncidentCommand {
  const time = rest === '' ? null : parseMoment(rest, context);
  return time?.outcome === 'moment'
    ? { do: 'start-time', at: time.at, notes: time.notes }
    : { do: 'start', title: rest };
}

function startTimeOf(rest: string, context: CommandContext): IncidentCommand | NotUnderstood {
  const examples = ['start-time 14:05', 'start-time 20 minutes ago', 'start-time yesterday 23:50'];
  if (rest === '') return missing('When did it begin?', examples);
  const time = parseMoment(rest, context);
  if (time.outcome === 'not-understood') return missing(time.problem, examples);
  return { do: 'start-time', at: time.at, notes: time.notes };
}

function servicesOf(rest: string, { services, environments }: Vocabulary): IncidentCommand | NotUnderstood {
  const words = rest
    .split(/[\s,;]+/)
    .filter((word) => word !== '' && !/^(and|in|on|env|environment|service|services)$/i.test(word));
  const known = [...new Set(services.values())].toSorted();
  const examples = [`services ${known.slice(0, 2).join(' ') || 'checkout'}`];
  if (words.length === 0) return missing('Which services are affected?', examples);
  const read = words.map((word) => {
    const key = word.toLowerCase();
    return { word, service: services.get(key), environment: environments.get(key) };
  });
  const unknown = read.find(({ service, environment }) => service === undefined && environment === undefined);
  if (unknown !== undefined) return unknownName(unknown.word, { what: 'service', words, names: services, examples });
  const environment = read.findLast((each) => each.service === undefined)?.environment;
  const said = [...new Set(read.flatMap(({ service }) => service ?? []))];
  return {
    do: 'scope',
    ...(said.length === 0 ? {} : { services: said }),
    ...(environment === undefined ? {} : { environment }),
  };
}

function environmentOf(rest: string, { environments }: Vocabulary): IncidentCommand | NotUnderstood {
  const word = rest.replace(/^(is|in)\s+/i, '');
  const environment = environments.get(word.toLowerCase());
  if (environment !== undefined) return { do: 'scope', environment };
  const known = [...new Set(environments.values())].toSorted();
  const examples = known.slice(0, 3).map((name) => `environment ${name}`);
  if (word === '') return missing('Which environment is it in?', examples);
  return unknownName(word, { what: 'environment', words: [word], names: environments, examples });
}

function unknownName(
  word: string,
  {
    what,
    words,
    names,
    examples,
  }: {
    readonly what: 'service' | 'environment';
    readonly words: readonly string[];
    readonly names: ReadonlyMap<string, string>;
    readonly examples: readonly string[];
  },
): NotUnderstood {
  const near = closest(word.toLowerCase(), names.keys());
  const mended = words.map((each) => (each === word && near !== null ? near : each));
  const verb = what === 'service' ? 'services' : what;
  const known = [...new Set(names.values())].toSorted();
  const list = known.length === 0 || known.length > 12 ? '' : ` I know ${known.join(', ')}.`;
  return {
    problem: `I know no ${what} called “${shorten(word, 60)}”.${list}`,
    examples: near === null ? examples : [`${verb} ${mended.join(' ')}`, ...examples],
  };
}

function severityOf(rest: string): IncidentCommand | NotUnderstood {
  const severity = severityNamed(rest);
  if (severity !== null) return { do: 'severity', severity };
  const problem = rest === '' ? 'How severe is it?' : `“${shorten(rest, 40)}” is no severity that I know.`;
  return missing(`${problem} It is critical, error, warning or info; SEV1 to SEV4 and P1 to P4 are understood too.`, [
    'severity critical',
    'severity error',
    'severity warning',
  ]);
}

function joinOf(rest: string): IncidentCommand | NotUnderstood {
  const other = incidentIdOf(rest.replace(/^(with|to|into|and)\s+/i, ''));
  if (other !== null) return { do: 'join', other };
  return missing('Which incident is the same as this one?', ['join INC-41']);
}

function missing(problem: string, examples: readonly string[]): NotUnderstood {
  return { problem, examples };
}

function unknownVerb(command: string, context: CommandContext): NotUnderstood {
  const [first = ''] = command.split(/\s+/);
  const words = shorten(command, 100);
  const meant = verbNear(first);
  if (meant === null || meant.verb === 'help') {
    const problem = 'That begins with no command of mine, so I have written nothing down.';
    return { problem, examples: [`note ${words}`, `start ${words}`, 'help'] };
  }
  const rest = command.slice(first.length).trim();
  const mended = commandOf(meant.verb, unquoted(rest), context);
  const examples = 'problem' in mended ? mended.examples : [`${meant.word} ${shorten(rest, 100)}`.trim()];
  return { problem: `I know no command “${shorten(first, 40)}”.`, examples: [...examples, 'help'] };
}

interface Reference {
  readonly id: string;
  readonly rest: string;
}

/** Written out: a number alone may be anything. */
function referenceAt(words: string): Reference | null {
  const [, reference, rest = ''] = /^(inc-\d{1,18})[:,]?(?:\s+([^]*))?$/i.exec(words) ?? [];
  const id = reference === undefined ? null : incidentIdOf(reference);
  return id === null ? null : { id, rest: rest.trim() };
}

function referenceOf(verb: IncidentVerb, rest: string): Reference | null {
  const found = referenceAt(rest);
  if (found === null || verb === 'join' || verb === 'note' || verb === 'title' || verb === 'start') return null;
  return freeText.has(verb) && found.rest !== '' ? null : found;
}

function unquoted(text: string): string {
  return /^"([^"]*)"$/.exec(text)?.[1]?.trim() ?? text;
}
