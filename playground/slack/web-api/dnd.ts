import { personMeant, type Method } from './method.ts';

const inSeconds = (at: Date) => Math.floor(at.getTime() / 1000);

/** Of others, Slack tells no `snooze_*` (docs.slack.dev/reference/methods/dnd.info). */
export const dnd: Readonly<Record<string, Method>> = {
  'dnd.info': {
    scopes: ['dnd:read'],
    answer: (front, args) => {
      const quiet = front.workspace.dnd.get(personMeant(front, args['user']).id);
      return quiet === undefined
        ? { dnd_enabled: false, next_dnd_start_ts: 1, next_dnd_end_ts: 1 }
        : { dnd_enabled: true, next_dnd_start_ts: inSeconds(quiet.from), next_dnd_end_ts: inSeconds(quiet.to) };
    },
  },
};
