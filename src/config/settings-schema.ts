import { z } from 'zod';
import { kinds } from '../domain/change.ts';
import type { Must } from '../domain/comparison/difference.ts';
import { readMust } from '../domain/comparison/must.ts';
import { facets } from '../domain/facts/fact.ts';
import { severityNamed } from '../domain/incidents/severity-words.ts';
import { Duration } from './duration.ts';
import { patternProblem } from './message-pattern.ts';
import { RulesSettings } from './rules-schema.ts';

const day = 86_400_000;

const Name = z.string().trim().min(1, 'is empty').max(200, 'is longer than 200 characters');
const Line = z.string().trim().min(1, 'is empty').max(500, 'is longer than 500 characters');
const Glob = z.string().trim().min(1, 'is empty').max(500, 'is longer than 500 characters');
const Channel = z
  .string()
  .regex(/^(#[^\s#]{1,80}|[CG][A-Z0-9]{5,})$/, 'is not a channel such as #prod-changes or C024BE7LH');
const Repository = z.string().regex(/^[\w.-]+(\/[\w.-]+)+$/, 'is not a repository such as acme/checkout');
const ClockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not a time of day such as 09:00');
const TimeZone = z.string().refine(isTimeZone, 'is not a time zone such as Europe/London');
const Pattern = z.string().refine(isPattern, 'is not a regular expression');
const Moment = z
  .string()
  .refine((text) => /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text)), {
    error: 'is not a moment with its offset such as 2026-11-26T00:00Z',
    abort: true,
  })
  .transform((text) => new Date(text));
const CalendarDay = z.iso.date('is not a day such as 2027-06-01');
const WorkHours = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, 'is not a span such as 09:00-17:30')
  .transform((span) => ({ from: span.slice(0, 5), to: span.slice(6) }))
  .refine(({ from, to }) => from < to, 'ends before it begins');

const SeverityName = z.string().transform((text, context) => {
  const severity = severityNamed(text);
  if (severity !== null) return severity;
  context.addIssue({ code: 'custom', message: 'is no severity such as sev1 or critical' });
  return z.NEVER;
});

const shortDays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const longDays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

const EnvironmentSettings = z
  .strictObject({ aliases: z.array(Name).optional(), channel: Channel.optional() })
  .nullish()
  .transform((environment) => environment ?? {});

const Endpoint = z.string().refine(isEndpoint, 'is neither an https:// address nor one of this machine');

/** Where a service says of itself that it is well and which version it is. */
const Verify = z.strictObject({
  /** None: the environment that is compared with others. */
  environment: Name.optional(),
  health: z.array(Endpoint).max(20).default([]),
  version: z
    .strictObject({
      url: Endpoint,
      /** None: the whole answer is the version. */
      json: z
        .string()
        .regex(/^\$(\.[^.[\]\s]{1,100}|\[\d{1,4}\]){1,20}$/, 'is not a path such as $.build.version')
        .optional(),
    })
    .optional(),
});

const ServiceSettings = z
  .strictObject({
    aliases: z.array(Name).default([]),
    repository: Repository.optional(),
    /** Globs from the root of the repository. None: all of it. */
    paths: z.array(Glob).default([]),
    /** Deployed branch by environment. */
    branches: z.record(Name, Line).default({}),
    owners: z.array(Name).default([]),
    /** Who is told last of what nobody does. None: the second person of `owners`. */
    lead: Name.optional(),
    channel: Channel.optional(),
    depends_on: z.array(Name).default([]),
    config_paths: z.array(Glob).optional(),
    /** Globs of the keys of flags that it evaluates. */
    flags: z.array(Glob).optional(),
    restricted: z.boolean().default(false),
    /** One for each environment. */
    verify: z.union([Verify.transform((only) => [only]), z.array(Verify).max(50)]).default([]),
  })
  .nullish()
  .transform(
    (service) =>
      service ?? {
        aliases: [],
        paths: [],
        branches: {},
        owners: [],
        depends_on: [],
        restricted: false,
        verify: [],
      },
  );

/** One, or several of one person. */
const Logins = z.union([Name.transform((only) => [only]), z.array(Name).max(20)]).default([]);
const EmailAddress = z.email('is not an e-mail address');

const Person = z.strictObject({
  name: Name,
  slack: z
    .string()
    .regex(/^[UW][A-Z0-9]{2,}$/, 'is not a member id such as U123 (profile, "Copy member ID")')
    .optional(),
  github: Logins,
  gitlab: Logins,
  pagerduty: Logins,
  /** Names in commits, besides `name`. */
  git: Logins,
  email: EmailAddress.optional(),
  emails: z.array(EmailAddress).max(20).default([]),
});

const Freeze = z
  .strictObject({
    name: Name,
    from: Moment,
    to: Moment,
    /** None: all of them. */
    environments: z.array(Name).default([]),
  })
  .refine(({ from, to }) => from < to, { message: 'ends before it begins', path: ['to'] });

const ReleaseWindow = z
  .strictObject({
    days: z.array(z.enum(shortDays, `is not one of ${shortDays.join(', ')}`)).min(1, 'is empty'),
    from: ClockTime,
    to: ClockTime,
    timezone: TimeZone,
  })
  .refine(({ from, to }) => from < to, { message: 'ends before it begins', path: ['to'] });

const Digest = z.strictObject({
  day: z.enum(longDays, `is not one of ${longDays.join(', ')}`).default('monday'),
  time: ClockTime.default('09:00'),
  timezone: TimeZone.default('UTC'),
  channel: Channel,
  /** Whether the channel of each service gets one too, of its own services only. */
  services: z.boolean().default(false),
});

const FacetName = z.enum([...facets, '*'], `is not one of ${facets.join(', ')}, or * for all`);

/** How a difference has to be to be the one that is meant. */
const MustBe = Line.transform((text, context): Must => {
  const must = readMust(text);
  if (must !== null) return must;
  context.addIssue({
    code: 'custom',
    message: 'is not "differ", "equal", or a comparison such as "reference >= mirror" or "mirror >= 50% of reference"',
  });
  return z.NEVER;
});

const Intended = z.strictObject({
  /** None: any, and what belongs to none. */
  service: Name.optional(),
  facet: FacetName,
  key: Glob,
  must: MustBe.optional(),
  reason: Line,
  impact: Line.optional(),
  owner: Name.optional(),
  expires: CalendarDay.optional(),
});

/** Messages of bots that tell of changes, for systems that can tell us nothing themselves. */
const MessageRule = z.strictObject({
  channel: Channel,
  /** Name, or the id of a bot or an app. None: any bot. */
  bot: Line.optional(),
  pattern: z.string().superRefine((pattern, context) => {
    const problem = patternProblem(pattern);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  }),
  kind: z.enum(kinds, `is not one of ${kinds.join(', ')}`).default('deploy'),
  environment: Name.optional(),
  service: Name.optional(),
});

const EditWords = z
  .string()
  .trim()
  .min(1, 'says nothing')
  .max(300, 'is longer than 300 characters')
  .regex(/^\P{Cc}*$/u, 'is more than one line');

/** `sincewhen.yml` as it is written; strict, so that a misspelt key is a problem and not a setting without effect. */
export const SettingsFile = z.strictObject({
  /** Who last edited it and why, for the record of decisions; it has no other effect. */
  edited: z.strictObject({ by: EditWords, why: EditWords }).optional(),
  environments: z.record(Name, EnvironmentSettings).optional(),
  parity: z.array(z.strictObject({ reference: Name, mirror: Name })).optional(),
  services: z.record(Name, ServiceSettings).default({}),
  people: z.array(Person).default([]),
  incidents: z
    .strictObject({
      channel_pattern: Pattern.default('^(inc|incident)-'),
      /** Where cards of incidents without a channel of their own go. */
      channel: Channel.optional(),
      lookback: Duration.default(day),
      /** Incidents at least so severe open a freeze until they are resolved. */
      freeze_at: SeverityName.optional(),
    })
    .prefault({}),
  freezes: z.array(Freeze).default([]),
  release_window: ReleaseWindow.optional(),
  rules: RulesSettings,
  digest: Digest.optional(),
  nags: z
    .strictObject({
      work_hours: WorkHours.default({ from: '09:00', to: '17:30' }),
      first: Duration.default(4 * 3_600_000),
      team: Duration.default(day),
      lead: Duration.default(3 * day),
    })
    .prefault({}),
  backports: z
    .strictObject({
      /** False: nothing is ever pushed or opened at a git host. */
      open_pull_requests: z.boolean().default(true),
    })
    .prefault({}),
  intended: z.array(Intended).default([]),
  ignore: z.array(z.strictObject({ facet: FacetName, key: Glob, reason: Line.optional() })).default([]),
  slack_messages: z.array(MessageRule).max(100).default([]),
  /** How long what was received is kept. Changes and their identities stay. */
  retention: z
    .strictObject({
      deliveries: Duration.pipe(z.number().min(day, 'is less than a day')).default(30 * day),
      events: Duration.pipe(z.number().min(day, 'is less than a day')).default(400 * day),
    })
    .prefault({}),
  config_paths: z.array(Glob).optional(),
});
export type SettingsFile = z.infer<typeof SettingsFile>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function isEndpoint(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== '' || url.password !== '') return false;
  return (
    url.protocol === 'https:' || (url.protocol === 'http:' && /^(localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname))
  );
}

function isPattern(source: string): boolean {
  try {
    return new RegExp(source).source !== '';
  } catch {
    return false;
  }
}
