/** One finding as a row: what it is, what clearing frees, and in one sentence why. */
import * as React from 'react';
import { isClearable } from '../../analysis/deeds';
import { shownBytes } from '../../analysis/findings';
import { downIcon, forwardIcon } from '../../icons';
import type { Finding, Label } from '../../protocol/generated';
import { Icon, Name, Size } from '../parts/atoms';
import { useHunt } from '../context';
import { useFindingMenu } from './menu';
import { OpenedFinding } from './opened';
import { Rich } from '../parts/rich';
import { verdictIcon, verdictTone, verdictWord } from './verdict';

/**
 * A row of the list, closed or opened.
 *
 * @param isNew - Whether the list before did not have it.
 * @param active - Whether Tab reaches this row.
 */
export function FindingRow(props: {
  finding: Finding;
  isNew: boolean;
  active: boolean;
  onFocus: (id: string) => void;
}): JSX.Element {
  const { model, trans } = useHunt();
  const { finding, isNew, active, onFocus } = props;
  const id = React.useId();
  const opened = model.openFinding === finding.id;
  // The dot goes with the first look at the row.
  const [seen, setSeen] = React.useState(false);
  const selected = model.selection.has(finding.id);
  const clearable = isClearable(finding);
  const openRowMenu = useFindingMenu(finding);
  const row = React.useRef<HTMLLIElement>(null);
  React.useEffect(() => {
    if (opened) {
      // Where it was opened from may be far from it.
      row.current?.scrollIntoView({ block: 'nearest' });
    }
  }, [opened]);
  const toggleOpen = () => {
    model.openFinding = opened ? null : finding.id;
  };
  return (
    <li
      ref={row}
      className={`lh-finding lh-part-${finding.part} ${
        selected ? 'lh-mod-selected' : ''
      } ${opened ? 'lh-mod-opened' : ''}`}
      data-finding={finding.id}
      tabIndex={active ? 0 : -1}
      aria-labelledby={`${id}-name ${id}-bytes ${id}-reason`}
      onFocus={() => {
        setSeen(true);
        onFocus(finding.id);
      }}
      onContextMenu={openRowMenu}
    >
      <div className="lh-finding-head" onClick={toggleOpen}>
        {clearable ? (
          <input
            type="checkbox"
            className="lh-checkbox"
            checked={selected}
            tabIndex={active ? 0 : -1}
            aria-label={trans.__('Select %1', finding.title)}
            onChange={() => model.toggle(finding.id)}
            onClick={event => event.stopPropagation()}
          />
        ) : (
          <span className="lh-checkbox-place" />
        )}
        {isNew && !seen && (
          <span
            className="lh-new"
            role="img"
            aria-label={trans.__('New')}
            title={trans.__('New since the last look')}
          />
        )}
        <Name text={finding.title} id={`${id}-name`} />
        <span className="lh-finding-bytes" id={`${id}-bytes`}>
          <Size bytes={shownBytes(finding)} />
        </span>
        <button
          type="button"
          className="lh-iconbutton lh-mod-chevron"
          tabIndex={active ? 0 : -1}
          aria-expanded={opened}
          aria-controls={opened ? `${id}-details` : undefined}
          aria-label={trans.__('Details of %1', finding.title)}
          onClick={event => {
            event.stopPropagation();
            toggleOpen();
          }}
        >
          <Icon icon={opened ? downIcon : forwardIcon} />
        </button>
      </div>
      <p className="lh-finding-reason" id={`${id}-reason`}>
        <Chip label={finding.label} />{' '}
        <Rich text={finding.reason} tabIndex={active ? 0 : -1} />
      </p>
      {opened && (
        <div id={`${id}-details`}>
          <OpenedFinding finding={finding} />
        </div>
      )}
    </li>
  );
}

/** The verdict as an icon and a word. */
export function Chip(props: { label: Label }): JSX.Element {
  const { trans } = useHunt();
  return (
    <span className={`lh-chip lh-mod-${verdictTone(props.label)}`}>
      <Icon icon={verdictIcon(props.label)} />
      {verdictWord(props.label, trans)}
    </span>
  );
}
