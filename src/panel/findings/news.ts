/** Which findings are new since the user last looked. */
import type { Report } from '../../protocol/generated';
import type { IHuntModel } from '../../tokens';

/** What was listed at the last look. */
interface ILook {
  readonly report: Report;
  readonly known: ReadonlySet<string>;
  readonly news: readonly string[];
}

const looks = new WeakMap<IHuntModel, ILook>();

/**
 * Fingerprints of the findings that the report on screen before did not have.
 *
 * #### Notes
 * Nothing is new at the first look. Fingerprints outlive the kernel: what comes
 * back after a restart is not new.
 */
export function newsOf(model: IHuntModel, report: Report): readonly string[] {
  const last = looks.get(model);
  if (last?.report === report) {
    return last.news;
  }
  const known = new Set(report.findings.map(one => one.fingerprint));
  const news = last ? [...known].filter(one => !last.known.has(one)) : [];
  looks.set(model, { report, known, news });
  return news;
}
