import type { InputBlock, KnownBlock, ModalView } from '@slack/types';
import { kindNoun } from '../../domain/change-words.ts';
import { kinds, statuses, type Status } from '../../domain/change.ts';
import type { Vocabulary } from '../../domain/question.ts';
import { mostNew } from '../../domain/subscriptions/flood.ts';
import type { SubscriptionWish } from '../../domain/subscriptions/words.ts';
import { filterWords } from '../../domain/subscriptions/subscription.ts';
import type { Subscription } from '../../subscriptions/subscription-rows.ts';
import { context, section } from '../messages/blocks.ts';
import { outside } from '../messages/escape.ts';
import { encodeAbout } from './about.ts';
import { field, modal, mostOptions, optionOf, plain } from './field.ts';
import { servicesMenu } from './scope-fields.ts';

export const subscribeCallback = 'subscribed';
/** Its options are asked for by this name where there are many. */
export const subscribedServicesField = 'subscription_services';

export interface SubscribeModal extends SubscriptionWish {
  /** Null: to be chosen. */
  readonly channelId: string | null;
  readonly vocabulary: Vocabulary;
}

const statusLabels: Readonly<Record<Status, string>> = {
  started: 'It starts',
  succeeded: 'It succeeds, or just happens',
  failed: 'It fails',
  cancelled: 'It is cancelled',
};

/** What a channel is told of, filled in with what was understood. */
export function renderSubscribeModal({ channelId, vocabulary, filter, unknown }: SubscribeModal): ModalView {
  const blocks: KnownBlock[] = [
    ...(unknown.length === 0
      ? []
      : [section(`:warning: I left out what I did not understand: ${outside(unknown.join(', '), 300)}`)]),
    channelId === null ? channelField() : section(`Told in <#${channelId}>, where everybody reads it.`),
    ...environmentsField(filter.environments, vocabulary),
    field(
      subscribedServicesField,
      { label: 'Of which services?', hint: 'Empty: of all.' },
      servicesMenu(filter.services, vocabulary, 'All services'),
    ),
    choiceField('kinds', {
      label: 'What?',
      hint: 'Empty: everything but drift. Deploys include rollbacks.',
      all: kinds.map((kind) => [capitalised(kindNoun(kind, 2)), kind] as const),
      chosen: filter.kinds,
      none: 'Everything',
    }),
    choiceField('statuses', {
      label: 'When?',
      hint: 'Empty: always. One message for each change, edited as it goes.',
      all: statuses.map((status) => [statusLabels[status], status] as const),
      chosen: filter.statuses,
      none: 'Always',
    }),
    context(
      `Each message says that you set it up, and anybody there can stop it. More than ${mostNew} in ten minutes become one message.`,
    ),
  ];
  return modal(subscribeCallback, {
    title: 'Tell a channel',
    submit: 'Subscribe',
    about: encodeAbout({ c: channelId }),
    blocks,
  });
}

export function renderSubscribed(subscription: Subscription, outcome: 'subscribed' | 'already'): ModalView {
  const what = outside(filterWords(subscription), 400);
  const said =
    outcome === 'subscribed'
      ? `*Done.* From now on I tell <#${subscription.channelId}> of ${what}.`
      : `*That is so already:* I tell <#${subscription.channelId}> of ${what}, set up by ${outside(subscription.madeByName, 80)}.`;
  return modal('incident_read', {
    title: 'Tell a channel',
    about: encodeAbout({ c: subscription.channelId }),
    blocks: [section(said), context('`/since subscriptions` there lists them, and removes them again.')],
  });
}

function channelField(): InputBlock {
  return field(
    'channel',
    { label: 'Which channel?', hint: 'Of a private one you must be a member, and so must I.', optional: false },
    {
      type: 'conversations_select',
      placeholder: plain('Choose a channel'),
      filter: { include: ['public', 'private'], exclude_external_shared_channels: true },
    },
  );
}

function environmentsField(chosen: readonly string[], { environments }: Vocabulary): readonly InputBlock[] {
  const all = [...new Set([...environments.values(), ...chosen])].toSorted();
  const names = all.filter((name) => optionOf(name, name) !== null);
  if (names.length === 0) return [];
  return [
    choiceField('environments', {
      label: 'In which environments?',
      hint: 'Empty: in all. What has no environment, as a merge, is told only then.',
      all: names.map((name) => [name, name] as const),
      chosen,
      none: 'All environments',
    }),
  ];
}

function choiceField(
  name: string,
  {
    label,
    hint,
    all,
    chosen,
    none,
  }: {
    readonly label: string;
    readonly hint: string;
    readonly all: readonly (readonly [label: string, value: string])[];
    readonly chosen: readonly string[];
    readonly none: string;
  },
): InputBlock {
  const options = all.flatMap(([words, value]) => optionOf(words, value) ?? []).slice(0, mostOptions);
  const initial = options.filter(({ value }) => value !== undefined && chosen.includes(value));
  return field(
    name,
    { label, hint },
    {
      type: 'multi_static_select',
      placeholder: plain(none),
      options,
      ...(initial.length === 0 ? {} : { initial_options: initial }),
    },
  );
}

function capitalised(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
