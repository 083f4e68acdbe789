/** Which findings are new since the user last looked. */
import * as React from 'react';
import type { Report } from '../../protocol/generated';
import type { IHuntModel } from '../../tokens';
import { useHunt } from '../context';

/** The report that was listed last, and what the one before it had. */
interface ILook {
  readonly report: Report;
  readonly before: ReadonlySet<string> | null;
}

/** By model: a look outlives the list, which other views replace. */
const looks = new WeakMap<IHuntModel, ILook>();

/**
 * Fingerprints of the findings that the report listed before did not have.
 *
 * #### Notes
 * Nothing is new at the first look. Fingerprints outlive the kernel: what comes
 * back after a restart is not new.
 *
 * @param report - The one on screen, null while no findings are listed.
 */
export function useNews(report: Report | null): readonly string[] {
  const { model } = useHunt();
  const last = looks.get(model);
  const before =
    last && (last.report === report ? last.before : fingerprints(last.report));
  React.useEffect(() => {
    if (report) {
      looks.set(model, { report, before: before ?? null });
    }
  }, [report]);
  return report && before
    ? [...fingerprints(report)].filter(one => !before.has(one))
    : [];
}

function fingerprints({ findings }: Report): ReadonlySet<string> {
  return new Set(findings.map(one => one.fingerprint));
}
