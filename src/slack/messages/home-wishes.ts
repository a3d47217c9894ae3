import type { KnownBlock, PlainTextOption, StaticSelect } from '@slack/types';
import { usualQuietHours } from '../../domain/quiet-hours.ts';
import type { Preferences } from '../../preferences/preferences.ts';
import { plain } from '../modals/field.ts';
import { button, section } from './blocks.ts';
import { header } from './home-header.ts';

/** When and of what a person wants to be told, with the buttons to change it. */
export function renderWishes({ quiet, reminders }: Preferences): readonly KnownBlock[] {
  const state = reminders
    ? '*Reminders of backports*: on. One direct message a day at most, in your working hours.'
    : '*Reminders of backports*: off. What waits for you is only listed here; your team still hears of it.';
  const hours =
    quiet === null
      ? '*Quiet hours*: none. I remind you only in your working hours, and never while you pause notifications.'
      : `*Quiet hours*: from ${quiet.from} to ${quiet.to}, your time. I write nothing unasked then.`;
  const toggle = button('home_reminders', {
    label: reminders ? 'Turn off' : 'Turn on',
    value: reminders ? 'off' : 'on',
  });
  // A menu keeps what was chosen in it until its block is another one.
  const blockId = `home-quiet:${quiet === null ? 'none' : `${quiet.from}-${quiet.to}`}`;
  return [
    header('What you want of me'),
    { ...section(state), accessory: toggle },
    section(hours),
    {
      type: 'actions',
      block_id: blockId,
      elements: [
        timeMenu('home_quiet_from', `From ${usualQuietHours.from}…`, quiet?.from ?? null),
        timeMenu('home_quiet_to', `To ${usualQuietHours.to}…`, quiet?.to ?? null),
        ...(quiet === null ? [] : [button('home_quiet_none', { label: 'No quiet hours', value: 'none' })]),
      ],
    },
  ];
}

const halfHours: readonly PlainTextOption[] = Array.from({ length: 48 }, (_, index) => {
  const time = `${String(Math.floor(index / 2)).padStart(2, '0')}:${index % 2 === 0 ? '00' : '30'}`;
  return { text: plain(time), value: time };
});

function timeMenu(action: string, placeholder: string, chosen: string | null): StaticSelect {
  const initial = halfHours.find(({ value }) => value === chosen);
  return {
    type: 'static_select',
    action_id: action,
    placeholder: plain(placeholder),
    options: [...halfHours],
    ...(initial === undefined ? {} : { initial_option: initial }),
  };
}
