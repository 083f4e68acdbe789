/** What clearing would do, item by item, before anything is touched. */
import * as React from 'react';
import { formatAtLeast, formatBytes, NBSP } from '../analysis/format';
import { checkIcon, warningIcon } from '../icons';
import type { Preview, PreviewItem } from '../protocol/generated';
import { Button, Icon, LinkButton, Name, Size } from './atoms';
import { BackLine } from './back';
import { Box } from './box';
import { useHunt } from './context';
import { Rich } from './rich';

/** The preview in the place of the list. */
export function PreviewView(props: { preview: Preview }): JSX.Element {
  const { model, trans, decimal } = useHunt();
  const { preview } = props;
  const { items, readers, breaks } = preview;
  const { held, undo } = preview.totals;
  const [ticked, setTicked] = React.useState<ReadonlySet<string>>(new Set());
  // A new preview lists other things: what was ticked in the last one is not.
  React.useEffect(() => setTicked(new Set()), [preview.id]);
  const all = ticked.size === items.length;
  const toggle = (id: string) => {
    const next = new Set(ticked);
    if (!next.delete(id)) {
      next.add(id);
    }
    setTicked(next);
  };
  return (
    <>
      <BackLine
        title={trans._n('Clear %1 thing', 'Clear %1 things', items.length)}
      />
      <div className="lh-scroll">
        {model.previewStale && (
          <Box
            icon={warningIcon}
            tone="warn"
            title={trans.__('Changed since the preview: look again')}
          >
            <p>{trans.__('The kernel ran something after this was made.')}</p>
          </Box>
        )}
        <BeforeAfter preview={preview} />
        <section aria-label={trans.__('What goes')}>
          <header className="lh-group-head">
            <h3>{trans.__('What goes')}</h3>
            <span className="lh-group-count">
              {trans.__('tick what to clear')}
            </span>
            <LinkButton
              label={all ? trans.__('None') : trans.__('All')}
              onClick={() =>
                setTicked(new Set(all ? [] : items.map(({ id }) => id)))
              }
            />
          </header>
          <ul className="lh-list">
            {items.map(item => (
              <PreviewRow
                key={item.id}
                item={item}
                ticked={ticked.has(item.id)}
                onToggle={() => toggle(item.id)}
              />
            ))}
          </ul>
        </section>
        <section className="lh-section">
          <h3>{trans.__('What it changes for your cells')}</h3>
          <ul className="lh-marks">
            {[...readers, ...breaks].map((sentence, index) => (
              <Mark key={index} warn text={sentence} />
            ))}
            {readers.length + breaks.length > 0 ? (
              <Mark text={trans.__('No other cell reads what goes.')} />
            ) : (
              <Mark text={trans.__('No cell reads what goes.')} />
            )}
          </ul>
        </section>
        {held.length > 0 && (
          <section className="lh-section">
            <h3>{trans.__('Who else holds it')}</h3>
            <ul className="lh-marks">
              {held.map((sentence, index) => (
                <Mark key={index} warn text={sentence} />
              ))}
            </ul>
          </section>
        )}
        <section className="lh-section">
          <h3>{trans.__('Undo')}</h3>
          <p className="lh-muted">
            <Rich text={undo.refused ?? ''} />
          </p>
        </section>
      </div>
      <footer className="lh-foot lh-mod-end">
        <Button label={trans.__('Cancel')} onClick={() => model.back()} />
        {model.previewStale ? (
          <Button
            filled
            label={trans.__('Preview again')}
            onClick={() => model.previewClear(items.map(({ id }) => id))}
          />
        ) : (
          <Button
            filled
            label={deed()}
            disabled={
              ticked.size === 0
                ? trans.__('Tick what to clear')
                : !model.canAct && trans.__('The kernel takes no wish now')
            }
            onClick={() => model.clear(Array.from(ticked))}
          />
        )}
      </footer>
    </>
  );

  /** The button names the deed: `Clear 2, free 3.96 GiB`. */
  function deed(): string {
    if (ticked.size === 0) {
      return trans.__('Clear');
    }
    // Only the whole set was asked for; of a smaller one the rows are a floor.
    const sum = items
      .filter(({ id }) => ticked.has(id))
      .reduce((bytes, { frees }) => bytes + frees, 0);
    const { frees, exact } = preview.totals;
    const size =
      exact && (all || ticked.size === 1)
        ? formatBytes(all ? frees : sum, { decimal })
        : formatAtLeast(all ? frees : sum, { decimal });
    return trans.__('Clear %1, free %2', ticked.size, size);
  }
}

function PreviewRow(props: {
  item: PreviewItem;
  ticked: boolean;
  onToggle: () => void;
}): JSX.Element {
  const { item, ticked, onToggle } = props;
  const id = React.useId();
  return (
    <li
      className={`lh-finding lh-part-${item.part} ${
        ticked ? 'lh-mod-selected' : ''
      }`}
    >
      <label className="lh-finding-head" htmlFor={id}>
        <input
          id={id}
          type="checkbox"
          className="lh-checkbox"
          checked={ticked}
          onChange={onToggle}
        />
        <Name text={item.title} />
        <span className="lh-finding-bytes">
          <Size bytes={item.frees} />
        </span>
      </label>
      <p className="lh-finding-reason lh-muted">
        <Rich text={item.does} />
      </p>
    </li>
  );
}

/** Now → after, in numbers and as a bar whose hatched part goes. */
function BeforeAfter(props: { preview: Preview }): JSX.Element {
  const { model, trans, decimal } = useHunt();
  const { rss, rss_after, frees, exact } = props.preview.totals;
  const limit = model.memory?.limit ?? 0;
  // Beside a limit far above the memory what goes would be too thin to see.
  const whole = rss * 4 > limit ? Math.max(limit, rss, 1) : rss;
  const width = (bytes: number) => `${((bytes / whole) * 100).toFixed(2)}%`;
  const size = exact
    ? formatBytes(frees, { decimal })
    : formatAtLeast(frees, { decimal });
  return (
    <section className="lh-beforeafter">
      <p className="lh-beforeafter-line">
        <span>
          <span className="lh-muted">{trans.__('Now')}</span>
          {NBSP}
          <Size bytes={rss} />
        </span>
        <span className="lh-muted" aria-hidden="true">
          →
        </span>
        <span>
          <span className="lh-muted">{trans.__('after')}</span>
          {NBSP}
          <Size bytes={rss_after} />
        </span>
        <span className="lh-beforeafter-frees">
          {trans.__('frees %1', size)}
        </span>
      </p>
      <div className="lh-meter" aria-hidden="true">
        <div className="lh-meter-track">
          <div className="lh-meter-fill" style={{ width: width(rss_after) }} />
          <div
            className="lh-meter-goes"
            style={{
              left: width(rss_after),
              width: width(Math.max(rss - rss_after, 0))
            }}
          />
        </div>
      </div>
    </section>
  );
}

/** A sentence behind a check or a warning sign. */
function Mark(props: { text: string; warn?: boolean }): JSX.Element {
  return (
    <li>
      <Icon icon={props.warn ? warningIcon : checkIcon} />
      <span>
        <Rich text={props.text} />
      </span>
    </li>
  );
}
