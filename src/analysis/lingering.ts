/** Values that lost their name: the sentences of the kernel side, translated. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Finding, Lingering } from '../protocol/generated';
import { formatBytes } from './format';

/** What became of a value whose name is gone. */
export function lingeringWords(
  one: Lingering,
  trans: TranslationBundle,
  decimal = false
): string {
  const size = formatBytes(one.bytes, { decimal });
  const name = `\`${one.name}\``;
  const count = one.cell?.execution_count ?? null;
  const held = listWords(one.holders, trans);
  if (one.gone) {
    return goneWords(one, name, size, trans);
  }
  switch (one.how) {
    case 'deleted':
      return count === null
        ? trans.__(
            '%1 was deleted, but its %2 live on, held by %3.',
            name,
            size,
            held
          )
        : trans.__(
            '%1 was deleted in [%2], but its %3 live on, held by %4.',
            name,
            count,
            size,
            held
          );
    case 'rebound':
      return count === null
        ? trans.__(
            '%1 was bound again, but the old %2 live on, held by %3.',
            name,
            size,
            held
          )
        : trans.__(
            '%1 was bound again in [%2], but the old %3 live on, held by %4.',
            name,
            count,
            size,
            held
          );
    case 'cleared':
      return trans.__(
        '%1 was cleared, but its %2 live on, held by %3.',
        name,
        size,
        held
      );
  }
}

function goneWords(
  { cell, how }: Lingering,
  name: string,
  size: string,
  trans: TranslationBundle
): string {
  const count = cell?.execution_count ?? null;
  if (how === 'cleared') {
    return trans.__('The %1 of %2, cleared, are gone now.', size, name);
  }
  if (count === null) {
    return how === 'deleted'
      ? trans.__('The %1 of %2, deleted, are gone now.', size, name)
      : trans.__('The %1 of %2, bound again, are gone now.', size, name);
  }
  return how === 'deleted'
    ? trans.__(
        'The %1 of %2, deleted in [%3], are gone now.',
        size,
        name,
        count
      )
    : trans.__(
        'The %1 of %2, bound again in [%3], are gone now.',
        size,
        name,
        count
      );
}

/** The finding that tells what holds it, if there is one. */
export function holdingFinding(
  one: Lingering,
  findings: readonly Finding[]
): Finding | null {
  const places = one.holders.map(holder =>
    holder.replace(/^the /, '').replace(/`/g, '')
  );
  const names = places.map(place => /^\w+/.exec(place)?.[0] ?? place);
  const among = (wanted: readonly string[]) =>
    findings.find(({ names: known, path }) =>
      wanted.some(place => known.includes(place) || path.includes(place))
    );
  // The whole place says more than the variable that it begins with.
  return among(places) ?? among(names) ?? null;
}

function listWords(items: readonly string[], trans: TranslationBundle): string {
  if (items.length < 2) {
    return items.join('');
  }
  const last = items[items.length - 1];
  return trans.__('%1 and %2', items.slice(0, -1).join(', '), last);
}
