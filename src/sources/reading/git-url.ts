import { outsideText } from '../../domain/outside-text.ts';

/**
 * `<owner>/<name>` (with groups between, where there are any), lower-case, of the address of a git repository in any of
 * the forms that systems report: `https://host/owner/name.git`, `git@host:owner/name`, `ssh://git@host:22/owner/name`.
 */
export function repositoryOfUrl(url: string | undefined): string | undefined {
  const address = outsideText(url, 500) ?? '';
  const path =
    /^(?:https?|ssh|git):\/\/(?:[^/@\s]*@)?[^/\s]+\/([^\s?#]+)(?:[?#]\S*)?$/i.exec(address)?.[1] ??
    /^(?:[\w.-]+@)[\w.-]+:(?!\/)([^\s?#]+)$/.exec(address)?.[1];
  const name = path
    ?.replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .toLowerCase();
  return name !== undefined && /^[\w.~-]+(?:\/[\w.~-]+)+$/.test(name) && name.length <= 150 ? name : undefined;
}
