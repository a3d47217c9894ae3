import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type About, decodeAbout } from './modals/about.ts';

const Element = z.object({
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
  selected_options: z.array(z.object({ value: z.string() })).optional(),
  selected_date_time: z.number().nullish(),
  selected_date: z.string().nullish(),
  selected_user: z.string().nullish(),
  selected_conversation: z.string().nullish(),
});

/** A submitted modal, as far as we read it (docs.slack.dev/reference/interaction-payloads/view-interactions-payload). */
const Payload = z.object({
  user: z.object({ id: z.string() }),
  view: z.object({
    id: z.string(),
    private_metadata: z.string(),
    blocks: z.array(z.object({ block_id: z.string(), type: z.string() })),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), Element)) }),
  }),
});

/** What stands in the fields of a modal, by their names. */
export interface Entered {
  /** Empty when nothing was written. */
  readonly text: (name: string) => string;
  /** Null: nothing was chosen. */
  readonly choice: (name: string) => string | null;
  readonly choices: (name: string) => readonly string[];
  readonly time: (name: string) => Date | null;
  /** `YYYY-MM-DD`. */
  readonly day: (name: string) => string | null;
  /** A member id. */
  readonly person: (name: string) => string | null;
  /** Id of a channel. */
  readonly channel: (name: string) => string | null;
  readonly has: (name: string) => boolean;
  /** The first field: where a failure of the whole is told. */
  readonly first: string;
}

export interface Submission {
  readonly userId: string;
  readonly about: About;
  readonly entered: Entered;
  readonly key: string;
}

/** Null for a payload that is no submission of a modal of ours. */
export function submissionOf(body: unknown): Submission | null {
  const parsed = Payload.safeParse(body);
  const about = parsed.success ? decodeAbout(parsed.data.view.private_metadata) : null;
  if (!parsed.success || about === null) return null;
  const { user, view } = parsed.data;
  const { values } = view.state;
  const of = (name: string) => values[name]?.[name];
  const written = createHash('sha256').update(JSON.stringify(values)).digest('hex');
  return {
    userId: user.id,
    about,
    key: `submission:${view.id}:${written}`,
    entered: {
      text: (name) => of(name)?.value?.trim() ?? '',
      choice: (name) => of(name)?.selected_option?.value ?? null,
      choices: (name) => of(name)?.selected_options?.map(({ value }) => value) ?? [],
      time: (name) => {
        const seconds = of(name)?.selected_date_time;
        return seconds === null || seconds === undefined ? null : new Date(seconds * 1000);
      },
      day: (name) => /^\d{4}-\d\d-\d\d$/.exec(of(name)?.selected_date ?? '')?.[0] ?? null,
      person: (name) => /^[UW][A-Z0-9]{1,30}$/.exec(of(name)?.selected_user ?? '')?.[0] ?? null,
      channel: (name) => /^[A-Z0-9]{1,30}$/.exec(of(name)?.selected_conversation ?? '')?.[0] ?? null,
      has: (name) => of(name) !== undefined,
      first: view.blocks.find(({ type }) => type === 'input')?.block_id ?? '',
    },
  };
}
