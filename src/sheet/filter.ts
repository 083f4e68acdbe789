import { unexpected } from '../analysis/expected';
import { useHunt } from '../panel/context';
import type { PartId } from '../protocol/generated';
import { partWord } from './words';

/** A function that lists only the findings of a part, or all of them again. */
export function usePartFilter(): (part: PartId) => void {
  const { model, trans, announce } = useHunt();
  return part => {
    const same = model.partFilter === part;
    model.tab = 'findings';
    model.partFilter = same ? null : part;
    const findings = unexpected(model.report);
    const count = findings.filter(finding => finding.part === part).length;
    announce(
      same
        ? trans.__('All findings listed')
        : trans._n(
            '%2: %1 finding listed',
            '%2: %1 findings listed',
            count,
            partWord(part, trans)
          )
    );
  };
}
