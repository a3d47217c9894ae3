import { textOf } from '../../json.ts';
import { personMeant, Refused, type Method } from './method.ts';

/** Direct messages with one person; those with several are not held here. */
export const openDirect: Readonly<Record<string, Method>> = {
  'conversations.open': {
    scopes: ['channels:manage', 'groups:write', 'im:write', 'mpim:write'],
    answer: (front, args) => {
      if (!front.can('im:write')) throw new Refused('missing_scope', { needed: 'im:write' });
      const users = textOf(args['users']);
      if (users === '') throw new Refused('users_list_not_supplied');
      const person = personMeant(front, users);
      if (front.workspace.deactivated.has(person.id)) throw new Refused('user_disabled');
      return { channel: { id: person.directChannel } };
    },
  },
};
