/** The tab Findings: groups by what may be done, one row a cause. */
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import {
  groupFindings,
  rowIds,
  type IFindingFilter,
  type IFindingGroup
} from '../../analysis/findings';
import { formatBytes } from '../../analysis/format';
import type { Report } from '../../protocol/generated';
import { Size } from '../parts/atoms';
import { useHunt } from '../context';
import { FindingRow } from './finding';
import { groupTitle } from './groups';
import { useListKeys } from './keys';
import { Checks } from '../notes';

/** A smaller share of a sum disappears in the rounding of its rows. */
const VISIBLE = 0.005;

/** The list of findings of a report that has some. */
export function Findings(props: {
  report: Report;

  /** Fingerprints of those that the user has not seen yet. */
  news: readonly string[];
}): JSX.Element {
  const { model, trans } = useHunt();
  const groups = groupFindings(
    props.report,
    model.settings.minFinding,
    model.filter
  );
  const keys = useListKeys(rowIds(groups), props.report.findings);
  const leftOut = props.report.checks.filter(check => !check.done);
  return (
    <div className="lh-findings" ref={keys.ref} onKeyDown={keys.onKeyDown}>
      {groups.length === 0 && (
        <p className="lh-rest">{noneWords(model.filter, trans)}</p>
      )}
      {groups.map(group => (
        <FindingGroup
          key={group.group}
          group={group}
          news={props.news}
          active={keys.active}
          onFocus={keys.onFocus}
        />
      ))}
      {leftOut.length > 0 && <Checks checks={leftOut} />}
    </div>
  );
}

function FindingGroup(props: {
  group: IFindingGroup;
  news: readonly string[];
  active: string | null;
  onFocus: (id: string) => void;
}): JSX.Element {
  const { trans, decimal } = useHunt();
  const { group, news, active, onFocus } = props;
  const { findings, small, smallBytes, onlyTogether } = group;
  const title = groupTitle(group.group, trans);
  const count = findings.length + small.length;
  return (
    <section className="lh-group" aria-label={title}>
      <header className="lh-group-head">
        <h3>{title}</h3>
        <span className="lh-group-count">
          {group.group === 'not-a-leak'
            ? trans._n('%1 note', '%1 notes', count)
            : trans._n('%1 finding', '%1 findings', count)}
        </span>
        <Size bytes={group.bytes} />
      </header>
      <ul className="lh-list" aria-label={title}>
        {findings.map(finding => (
          <FindingRow
            key={finding.id}
            finding={finding}
            isNew={news.includes(finding.fingerprint)}
            active={finding.id === active}
            onFocus={onFocus}
          />
        ))}
      </ul>
      {small.length > 0 && (
        <p className="lh-rest">
          {trans._n(
            '%1 smaller finding, %2',
            '%1 smaller findings, %2',
            small.length,
            formatBytes(smallBytes, { decimal })
          )}
        </p>
      )}
      {onlyTogether > group.bytes * VISIBLE && (
        <p className="lh-rest">
          {trans.__(
            'only together: %1 more',
            formatBytes(onlyTogether, { decimal })
          )}
        </p>
      )}
    </section>
  );
}

/** Why a filtered list is empty. */
function noneWords(
  { cell, span }: IFindingFilter,
  trans: TranslationBundle
): string {
  if (cell !== null) {
    return trans.__('Nothing that this cell left is listed as a finding.');
  }
  return span !== null
    ? trans.__('Nothing that these runs left is listed as a finding.')
    : trans.__('No finding in this part of the memory.');
}
