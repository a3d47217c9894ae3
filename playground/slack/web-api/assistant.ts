import { textOf } from '../../json.ts';
import type { Method } from './method.ts';

/** Accepted, and remembered as far as somebody sees it. */
export const assistant: Readonly<Record<string, Method>> = {
  'assistant.threads.setSuggestedPrompts': { scopes: [], answer: () => ({}) },
  'assistant.threads.setTitle': { scopes: [], answer: () => ({}) },
  'assistant.threads.setStatus': {
    scopes: [],
    answer: ({ workspace }, args) => {
      const channel = textOf(args['channel_id']);
      const status = textOf(args['status']);
      if (status === '') workspace.statuses.delete(channel);
      else workspace.statuses.set(channel, status);
      workspace.changes.emit('changed');
      return {};
    },
  },
};
