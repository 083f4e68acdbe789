/** Where the kernel's memory is: a section of the panel that opens to all parts. */
import * as React from 'react';
import { formatBytes, formatTimeOfDay } from '../analysis/format';
import { isVisible, sheetRows, unlikeBytes } from '../analysis/sheet';
import { downIcon, forwardIcon } from '../icons';
import { Icon } from '../panel/parts/atoms';
import { useHunt } from '../panel/context';
import type { Report } from '../protocol/generated';
import { Bar } from './bar';
import { Children, Gpus } from './beside';
import { Given } from './giveback';
import { GroupNumbers } from './numbers';
import { PartTable } from './table';

/**
 * The memory sheet of a report.
 *
 * @param low - The panel is too low: only the head is shown until opened by hand.
 *
 * #### Notes
 * Closed it shows the bar and four numbers, opened all parts.
 */
export function SheetSection(props: {
  report: Report;
  low: boolean;
}): JSX.Element {
  const { model, trans, decimal } = useHunt();
  const { report, low } = props;
  const { sheet } = report;
  // What is opened by hand in a low panel stays so, but is not the user's setting.
  const [byHand, setByHand] = React.useState(false);
  React.useEffect(() => setByHand(false), [low]);
  const { open } = model.settings.sheet;
  const opened = low ? byHand : open;
  const shown = opened || !low;
  const id = React.useId();
  const rows = React.useMemo(() => sheetRows(sheet, decimal), [sheet, decimal]);
  return (
    <section className="lh-sheet">
      <button
        type="button"
        className="lh-section-head"
        aria-expanded={opened}
        aria-controls={opened ? id : undefined}
        onClick={() =>
          low ? setByHand(!byHand) : model.saveSetting('sheet', { open: !open })
        }
      >
        <span className="lh-section-title">
          {trans.__('Where the %1 is', formatBytes(sheet.rss, { decimal }))}
        </span>
        {model.running && (
          <span
            className="lh-legend"
            title={trans.__('It is checked again when the cell ends')}
          >
            {from()}
          </span>
        )}
        <Icon icon={opened ? downIcon : forwardIcon} />
      </button>
      {shown && (
        <div className="lh-sheet-body">
          <Bar rows={rows} rss={sheet.rss} />
          <div id={id}>
            {opened ? (
              <PartTable rows={rows} rss={sheet.rss} />
            ) : (
              <GroupNumbers rows={rows} />
            )}
          </div>
          <Given />
          <Apart report={report} unit={rows.unit} />
          <Children all={sheet.children} opened={opened} />
          <Gpus gpus={sheet.gpus} opened={opened} />
        </div>
      )}
      {/* What was asked for elsewhere is answered here too. */}
      {!shown && <Given />}
    </section>
  );

  /** Old numbers are dated while new ones come. */
  function from(): string {
    const count = report.after?.execution_count ?? null;
    return count === null
      ? trans.__('from %1', formatTimeOfDay(report.at))
      : trans.__('from after [%1]', count);
  }
}

/** What does not add up, if anything: said, not hidden. */
function Apart(props: { report: Report; unit: string }): JSX.Element | null {
  const { trans, decimal } = useHunt();
  const { report, unit } = props;
  const { overlap } = report.sheet;
  const unlike = unlikeBytes(report);
  const size = (bytes: number) => formatBytes(Math.abs(bytes), { decimal });
  return (
    <>
      {overlap > 0 && (
        <p className="lh-sheet-note">
          {trans.__('parts overlap by %1', size(overlap))}
        </p>
      )}
      {isVisible(unlike, unit) && (
        <p className="lh-sheet-note">
          {unlike > 0
            ? trans.__(
                '%1 more of what can go is in other parts or not resident.',
                size(unlike)
              )
            : trans.__('%1 of Could go is in no finding.', size(unlike))}
        </p>
      )}
    </>
  );
}
