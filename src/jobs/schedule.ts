import { parseCronItems } from 'graphile-worker';
import type { ParsedCronItem } from 'graphile-worker';
import type { JobName } from './enqueue.ts';

interface Scheduled {
  readonly job: JobName;
  /** Minute, hour, day, month, weekday; UTC. */
  readonly at: string;
}

const scheduled: readonly Scheduled[] = [
  { job: 'keep-partitions', at: '17 * * * *' },
  { job: 'free-jobs', at: '* * * * *' },
  { job: 'tend-incidents', at: '* * * * *' },
  { job: 'post-parity-alarms', at: '*/10 * * * *' },
  { job: 'settle-drift', at: '* * * * *' },
  { job: 'tend-backports', at: '* * * * *' },
  { job: 'tend-nags', at: '* * * * *' },
  { job: 'tend-people', at: '* * * * *' },
  { job: 'read-groups', at: '4,19,34,49 * * * *' },
  { job: 'open-fact-backports', at: '*/10 * * * *' },
  { job: 'seal-events', at: '*/5 * * * *' },
  { job: 'catch-up-github', at: '*/5 * * * *' },
  { job: 'tend-digests', at: '* * * * *' },
  // The last of a day is kept: a missed one leaves that day with an earlier score, not with none.
  { job: 'keep-scores', at: '43 5,11,17,23 * * *' },
];

/** One job at a time of each: while one waits, the next only takes its place. */
export function schedule(): ParsedCronItem[] {
  return parseCronItems(
    scheduled.map(({ job, at }) => ({
      task: job,
      match: at,
      identifier: job,
      options: { jobKey: job, maxAttempts: 3 },
    })),
  );
}
