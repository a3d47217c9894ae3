import type { Task, TaskList } from 'graphile-worker';
import type { z } from 'zod';
import { payloads } from './enqueue.ts';
import type { JobName, Payload } from './enqueue.ts';

/** What does each job. Every name has its handler: the compiler sees to it. */
export type Handlers = {
  readonly [Name in JobName]: (payload: Payload<Name>, signal: AbortSignal) => Promise<void>;
};

/** A handler that throws is tried again later, less and less often; a payload that it cannot be given never is. */
export function taskList(handlers: Handlers): TaskList {
  return {
    'keep-partitions': task('keep-partitions', payloads['keep-partitions'], handlers['keep-partitions']),
    'free-jobs': task('free-jobs', payloads['free-jobs'], handlers['free-jobs']),
    'relate-deploy': task('relate-deploy', payloads['relate-deploy'], handlers['relate-deploy']),
    'catch-up-github': task('catch-up-github', payloads['catch-up-github'], handlers['catch-up-github']),
    'verify-deploy': task('verify-deploy', payloads['verify-deploy'], handlers['verify-deploy']),
    'attach-signals': task('attach-signals', payloads['attach-signals'], handlers['attach-signals']),
    'watch-changes': task('watch-changes', payloads['watch-changes'], handlers['watch-changes']),
    'tend-incidents': task('tend-incidents', payloads['tend-incidents'], handlers['tend-incidents']),
    'settle-drift': task('settle-drift', payloads['settle-drift'], handlers['settle-drift']),
    'refresh-card': task('refresh-card', payloads['refresh-card'], handlers['refresh-card']),
    'post-parity-alarms': task('post-parity-alarms', payloads['post-parity-alarms'], handlers['post-parity-alarms']),
    'open-backports': task('open-backports', payloads['open-backports'], handlers['open-backports']),
    'verify-backports': task('verify-backports', payloads['verify-backports'], handlers['verify-backports']),
    'tend-nags': task('tend-nags', payloads['tend-nags'], handlers['tend-nags']),
    'tend-people': task('tend-people', payloads['tend-people'], handlers['tend-people']),
    'read-groups': task('read-groups', payloads['read-groups'], handlers['read-groups']),
    'tend-backports': task('tend-backports', payloads['tend-backports'], handlers['tend-backports']),
    'guard-deploy': task('guard-deploy', payloads['guard-deploy'], handlers['guard-deploy']),
    'ask-why-frozen': task('ask-why-frozen', payloads['ask-why-frozen'], handlers['ask-why-frozen']),
    'pick-backport': task('pick-backport', payloads['pick-backport'], handlers['pick-backport']),
    'open-backport-pull': task('open-backport-pull', payloads['open-backport-pull'], handlers['open-backport-pull']),
    'follow-backport-pull': task(
      'follow-backport-pull',
      payloads['follow-backport-pull'],
      handlers['follow-backport-pull'],
    ),
    'open-fact-backports': task(
      'open-fact-backports',
      payloads['open-fact-backports'],
      handlers['open-fact-backports'],
    ),
    'seal-events': task('seal-events', payloads['seal-events'], handlers['seal-events']),
    'tell-subscribers': task('tell-subscribers', payloads['tell-subscribers'], handlers['tell-subscribers']),
    'post-subscription': task('post-subscription', payloads['post-subscription'], handlers['post-subscription']),
    'tend-digests': task('tend-digests', payloads['tend-digests'], handlers['tend-digests']),
    'keep-scores': task('keep-scores', payloads['keep-scores'], handlers['keep-scores']),
    'apply-alias': task('apply-alias', payloads['apply-alias'], handlers['apply-alias']),
  } satisfies Record<JobName, Task>;
}

function task<Told>(
  name: JobName,
  schema: z.ZodType<Told>,
  handler: (payload: Told, signal: AbortSignal) => Promise<void>,
): Task {
  return async (payload, helpers) => {
    const parsed = schema.safeParse(payload);
    if (!parsed.success) {
      // The library has no public way to give up on a job while it runs.
      helpers.job.max_attempts = helpers.job.attempts;
      await helpers.query('update graphile_worker._private_jobs set max_attempts = attempts where id = $1', [
        helpers.job.id,
      ]);
      const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
      throw new Error(`the payload of the job ${name} is not what it takes (${wrong}); it will not be tried again`);
    }
    await handler(parsed.data, helpers.abortSignal);
  };
}
