import type { KnownBlock } from '@slack/types';
import type { Claimed, Unclaimed } from '../../people/claims.ts';
import type { Links } from '../../people/links.ts';
import type { SlackMessage } from '../send.ts';
import { context, section } from './blocks.ts';
import { code, escaped, outside } from './escape.ts';

const mostShown = 40;

/** What came of `/since link`, in one sentence. */
export function renderClaimed(claimed: Claimed, identity: string): SlackMessage {
  return sentence(claimedWords(claimed, code(identity, 260)));
}

function claimedWords(claimed: Claimed, name: string): string {
  switch (claimed.outcome) {
    case 'linked':
      return `${name} is you from now on: in "by:me", in what waits for you and in what you are told. If it is not, say /since unlink.`;
    case 'already':
      return `${name} is you already.`;
    case 'settled':
      return `Nothing was changed: the settings say that ${name} is ${outside(claimed.name, 200)}. Whoever runs Sincewhen here can change that.`;
    case 'owner':
      return `Nothing was changed: the settings name ${name} as who looks after a service, so only they can say who that is (people in sincewhen.yml).`;
    case 'decided':
      return claimed.for === null
        ? `Nothing was changed: an administrator decided that ${name} is nobody here.`
        : `Nothing was changed: an administrator decided that ${name} is ${mention(claimed.for)}.`;
    case 'conflict':
      return `Nothing was changed: ${mention(claimed.holder)} has said before that ${name} is theirs. They are told of it, and administrators of this workspace decide it in my Home tab.`;
    case 'too-many':
      return 'Nothing was changed: you have as many names already as one person can have. Take one back with /since unlink.';
  }
}

export function renderUnclaimed(unclaimed: Unclaimed, identity: string): SlackMessage {
  const name = code(identity, 260);
  switch (unclaimed) {
    case 'unlinked':
      return sentence(`${name} is not you any more.`);
    case 'withdrawn':
      return sentence(`You do not say any more that ${name} is you.`);
    case 'settings':
      return sentence(
        `Nothing was changed: the settings say that ${name} is you. Whoever runs Sincewhen here can change that.`,
      );
    case 'slack':
      return sentence(`Nothing was changed: ${name} is the address of your profile in Slack.`);
    case 'not-theirs':
      return sentence(`${name} was not you. /since links shows what is.`);
  }
}

/** For who has an identity that somebody else says is theirs. */
export function renderContested(identity: string, claimant: string): SlackMessage {
  const words = `${mention(claimant)} says that ${code(identity, 260)} is theirs; you said before that it is yours. It stays yours until an administrator of this workspace decides it in my Home tab. If it is not yours, say /since unlink in any channel.`;
  return { text: words.replaceAll('`', ''), blocks: [section(words)] };
}

/** All that is known of how somebody is called elsewhere, by what we know it, and what to do next. */
export function renderLinks(links: Links): SlackMessage {
  const lines = [
    ...links.settings.map((each) => `${code(each, 260)}  from the settings`),
    ...links.links.map(({ identity, kind, holds }) =>
      holds
        ? `${code(identity, 260)}  ${kind}, you said so`
        : `${code(identity, 260)}  ${kind}, without effect: the settings say that it is somebody else`,
    ),
    ...links.finds.map((each) => `${code(each, 260)}  the address of your profile in Slack`),
    ...links.contested.map(({ identity, other, has }) =>
      has
        ? `${code(identity, 260)}  ${mention(other)} says that it is theirs; an administrator decides`
        : `${code(identity, 260)}  not yet: ${mention(other)} has it; an administrator decides`,
    ),
  ];
  const shown = lines.slice(0, mostShown);
  const first = lines.length === 0 ? 'I know no name of yours elsewhere yet.' : 'I know you as:';
  const more = lines.length > shown.length ? [context(`${lines.length - shown.length} more`)] : [];
  return {
    text: [first, ...shown].join('\n').replaceAll('`', ''),
    blocks: [section(`*${first}*`), ...linesOf(shown), ...more, ...howToLink()],
  };
}

export function renderLinkProblem(problem: string): SlackMessage {
  return { text: problem, blocks: [section(outside(problem, 900)), ...howToLink()] };
}

function linesOf(lines: readonly string[]): readonly KnownBlock[] {
  // Eight of the longest names fit into one section.
  return Array.from({ length: Math.ceil(lines.length / 8) }, (_, page) =>
    section(
      lines
        .slice(page * 8, page * 8 + 8)
        .map((line) => `•  ${line}`)
        .join('\n'),
    ),
  );
}

function howToLink(): readonly KnownBlock[] {
  return [
    context(
      `${['/since link github ada-l', '/since link gitlab ada.l', '/since link pagerduty Ada Lovelace', '/since link git Ada Lovelace', '/since link email ada@example.com'].map((each) => code(each, 100)).join('  ')}  and ${code('/since unlink ada-l', 100)}`,
    ),
  ];
}

function sentence(words: string): SlackMessage {
  return { text: words.replaceAll('`', ''), blocks: [section(words)] };
}

function mention(slackId: string): string {
  return `<@${escaped(slackId)}>`;
}
