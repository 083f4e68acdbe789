/** What the bar says about one part. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { formatBytes, NBSP } from '../analysis/format';
import type { ISheetPart } from '../analysis/sheet';
import { useHunt } from '../panel/context';
import { exactWords } from '../panel/parts/exact';
import type { PartDetail } from '../protocol/generated';
import { partWord } from './words';

/** Width of the tooltip in CSS pixels, as in the style sheet. */
const WIDTH = 236;

/** Between pieces; it stays on the line of the piece before. */
const DOT = `${NBSP}· `;

/** So many pieces of a part are named. */
const NAMED = 5;

/** The tooltip under a part. */
export function PartTip(props: {
  part: ISheetPart;

  /** Where the part begins, and the width of the bar, in CSS pixels. */
  place: { left: number; room: number };
}): JSX.Element {
  const { model, trans, decimal } = useHunt();
  const { part, place } = props;
  const left = Math.max(Math.min(place.left, place.room - WIDTH), 0);
  const { details } = part;
  const found = model.report?.findings.some(one => one.part === part.part);
  return (
    <div className="lh-tip" style={{ left }} aria-hidden="true">
      <div className="lh-tip-title">
        <strong>{partWord(part.part, trans)}</strong>
      </div>
      <div>
        {trans.__(
          '%1 · %2',
          formatBytes(part.bytes, { decimal }),
          part.percent
        )}
      </div>
      <div className="lh-muted">{exactWords(part.bytes, trans)}</div>
      {details.length > 0 && (
        <div>{detailWords(details, trans, decimal, NAMED)}</div>
      )}
      {found && (
        <div className="lh-muted">{trans.__('Click: list its findings')}</div>
      )}
    </div>
  );
}

/** The tooltip as one sentence, for a screen reader. */
export function partTipWords(
  part: ISheetPart,
  trans: TranslationBundle,
  decimal: boolean
): string {
  const size = formatBytes(part.bytes, { decimal });
  const name = partWord(part.part, trans);
  return part.details.length === 0
    ? trans.__('%1: %2, %3', name, size, part.percent)
    : trans.__(
        '%1: %2, %3: %4',
        name,
        size,
        part.percent,
        detailWords(part.details, trans, decimal, NAMED)
      );
}

/** The pieces of a part, the largest first: `torch 1.20 GiB · numpy 31 MiB`. */
export function detailWords(
  details: readonly PartDetail[],
  trans: TranslationBundle,
  decimal: boolean,
  most: number
): string {
  const sorted = [...details].sort((a, b) => b.bytes - a.bytes);
  const named = sorted
    .slice(0, most)
    .map(({ label, bytes }) => label + NBSP + formatBytes(bytes, { decimal }));
  const more = sorted.length - named.length;
  return more > 0
    ? [...named, trans._n('%1\u00a0more', '%1\u00a0more', more)].join(DOT)
    : named.join(DOT);
}
